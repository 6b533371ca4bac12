//! The picture of a QR code, as far as it goes: a small chequered one that every reader of PNG takes.
//!
//! Nothing can be scanned from it; the seed is beside it.

/// A PNG of eight times eight points in base64.
pub(super) const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQAAAADsdIMmAAAADklEQVR42mMIZVjFgIQBHpwD/XAVyZAAAAAASUVORK5CYII=";
