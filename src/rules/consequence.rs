//! What a decision does to the state, in the same commit (contract, section 5).
