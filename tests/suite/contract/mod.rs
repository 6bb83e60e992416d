//! What holds for all commands alike (contract, sections 6 and 7).

mod dry_run;
mod free_text;
mod hand_edits;
mod help;
mod json;
mod json_files;
mod parallel;
mod refusals;
mod same;
mod story;
mod trailers;
mod unwritten;
mod writing;
