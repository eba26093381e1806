//! Metrics and feature networks.
