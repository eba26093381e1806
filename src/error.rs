//! The errors of the whole crate: typed, with a stable `code` and a sentence a user understands.
//!
//! A message says what was wrong *and* what to do about it. The codes are part of the public
//! interface: the browser binding puts them on `Error.code`, and pages may switch on them.

use crate::bounds::{number, shortened};

/// Everything that can go wrong, grouped by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A class axis that the model does not have.
    #[error("This model has no class axis \"{}\". {hint}", shortened(name))]
    UnknownAxis {
        /// What the caller asked for.
        name: String,
        /// The nearest known axes, or where to find the list.
        hint: String,
    },
    /// A class that the model does not know.
    #[error("There is no {axis} \"{}\" in this model. {hint}", shortened(name))]
    UnknownClass {
        /// Id of the axis.
        axis: String,
        /// What the caller asked for.
        name: String,
        /// The nearest known names, or where to find the list.
        hint: String,
    },
    /// A number outside the range in which it means something.
    #[error("{what} is {}, but it must lie between {low} and {high}.", number(*value))]
    OutOfRange {
        /// The name of the setting.
        what: &'static str,
        /// What was given.
        value: f64,
        /// Smallest accepted value.
        low: f64,
        /// Largest accepted value.
        high: f64,
    },
    /// A request that cannot be read or that contradicts itself.
    #[error("The request cannot be read: {0}")]
    BadRequest(String),
    /// A picture to encode that does not have the model's size.
    #[error("The picture cannot be encoded: {0}")]
    BadImage(String),
    /// Bytes that are no [coded picture](crate::encoding::CodedPicture).
    #[error("The picture cannot be read: {0} Get its link or its file again, whole.")]
    PictureDamaged(String),
    /// A coded picture of another model, or of another version.
    #[error(
        "The picture is of the model \"{wanted}\", and this is \"{found}\". Open it with the one that it is of."
    )]
    PictureVersion {
        /// Name and version of the model that it is of.
        wanted: String,
        /// Those of the model at hand.
        found: String,
    },
    /// A canvas that cannot be painted on.
    #[error("The canvas cannot be painted on: {0}")]
    BadCanvas(String),
    /// A model pack written for another version of the format.
    #[error(
        "This model pack has format {found}, but this build reads format {expected}. Use the pack and the program of one release."
    )]
    PackVersion {
        /// The format number in the manifest.
        found: u32,
        /// The format number that this build reads.
        expected: u32,
    },
    /// A model pack whose bytes are not what its manifest promises.
    #[error("The model file \"{file}\" is damaged: {why} Download it again.")]
    PackDamaged {
        /// Name of the file inside the pack.
        file: String,
        /// What was expected and what was found.
        why: String,
    },
    /// A file of the pack that this operation needs and that has not been loaded.
    #[error("The model file for \"{role}\" has not been loaded. Load it before this operation.")]
    PackMissing {
        /// The role in the manifest: `decoder`, `nar`, `grain-map`, `encoder`.
        role: String,
    },
    /// A backend that was left out when this program was built.
    #[error("This build has no backend \"{0}\". Load the package that was built for it.")]
    BackendMissing(String),
    /// The GPU could not be used.
    #[error("The GPU cannot be used: {0}")]
    Device(String),
    /// The GPU was there and is gone: reset, unplugged, or taken by the system.
    #[error(
        "The GPU was lost while it was computing ({0}). Start again; a new device is asked for."
    )]
    DeviceLost(String),
    /// Training left the range of finite numbers.
    #[error(
        "Training diverged at step {step}: {why} Lower the learning rate or start from an earlier checkpoint."
    )]
    Diverged {
        /// Optimiser step at which it was seen.
        step: usize,
        /// Which loss, and its value.
        why: String,
    },
    /// Source data that is not as expected.
    #[error("{0}")]
    Data(String),
    /// A file that could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The path in question.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// Result of every fallible function of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A stable, machine-readable name for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Error::UnknownAxis { .. } => "unknown-axis",
            Error::UnknownClass { .. } => "unknown-class",
            Error::OutOfRange { .. } => "out-of-range",
            Error::BadRequest(_) => "bad-request",
            Error::BadImage(_) => "bad-image",
            Error::PictureDamaged(_) => "picture-damaged",
            Error::PictureVersion { .. } => "picture-version",
            Error::BadCanvas(_) => "bad-canvas",
            Error::PackVersion { .. } => "pack-version",
            Error::PackDamaged { .. } => "pack-damaged",
            Error::PackMissing { .. } => "pack-missing",
            // What the page calls it: the program for this backend was not loaded.
            Error::BackendMissing(_) => "engine-missing",
            Error::Device(_) => "device",
            Error::DeviceLost(_) => "device-lost",
            Error::Diverged { .. } => "diverged",
            Error::Data(_) => "data",
            Error::Io { .. } => "io",
        }
    }

    /// Wraps an I/O error with the path it happened at; for `map_err`.
    pub fn io(path: impl AsRef<std::path::Path>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.as_ref().display().to_string();
        move |source| Error::Io { path, source }
    }

    /// Shorthand for [`Error::PackDamaged`]; a name that no file has is shortened.
    pub fn damaged(file: impl AsRef<str>, why: impl Into<String>) -> Error {
        Error::PackDamaged { file: shortened(file.as_ref()), why: why.into() }
    }
}

/// `value` if it lies in `low..=high` and is a number, else [`Error::OutOfRange`].
pub fn in_range(what: &'static str, value: f64, low: f64, high: f64) -> Result<f64> {
    if value.is_finite() && (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(Error::OutOfRange { what, value, low, high })
    }
}
