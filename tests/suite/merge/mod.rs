//! Two branches come together, with the driver and without it, in every way git knows.

mod apart;
mod driver;
mod laws;
mod person;
mod resolved;
mod shapes;

/// The two signals of the examples.
const VISIBILITY: &str = "visibility_track.non_brand_visibility_trend";
