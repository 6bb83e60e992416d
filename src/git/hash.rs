//! The hash of the repository's object format, over bytes that are not objects.

use sha1::Digest as _;

/// The hash of `bytes`, as long as an id of the repository (20 or 32 bytes).
pub(super) fn digest(bytes: &[u8], id_length: usize) -> Vec<u8> {
    match id_length {
        32 => sha2::Sha256::digest(bytes).to_vec(),
        _ => sha1::Sha1::digest(bytes).to_vec(),
    }
}
