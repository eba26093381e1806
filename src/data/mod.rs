//! The emoji data set.
