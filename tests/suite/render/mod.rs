//! Values to text: pages, documents, reports.

mod foreign;
mod lists;
mod pages;
mod report_page;
mod reports;
