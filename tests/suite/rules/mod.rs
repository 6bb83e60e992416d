//! The rules: each on its fixtures, on honest history, and on what must hold for all inputs.

mod append_only;
mod campaigns;
mod decisions;
mod detours;
mod evaded;
mod fixtures;
mod gates;
mod honest;
mod kept_whole;
mod observations;
mod trailers;
mod tree;
mod wrong;
