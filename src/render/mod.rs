//! Values to text: pages for people, JSON for programs, Markdown for reports.
//!
//! This room owns how things look: the one colour table, the one sanitiser of foreign
//! text, the one JSON envelope, the report templates. It is pure: it returns strings,
//! and only `cli` prints them. A [`View`] is one value with two writers, so that text
//! and JSON cannot tell different stories. Nothing is decided here.

pub mod artifact;
pub mod changes;
pub mod ci;
pub mod door;
pub mod event;
pub mod findings;
pub mod gates;
mod harmless;
pub mod highlight;
mod json;
mod label;
pub mod markdown;
pub mod merge;
mod page;
pub mod plan;
pub mod report;
pub mod review;
pub mod review_markdown;
mod text;
pub mod verdict;
mod view;
pub mod violations;
pub mod why;

pub use harmless::harmless;
pub use json::{Status, document, visible};
pub use label::Label;
pub use page::{Cell, Line, Page, Row, Span};
pub use text::{plain, styled};
pub use view::View;
