//! Values to text: pages, documents, reports.

mod foreign;
mod lists;
mod pages;
mod reports;
