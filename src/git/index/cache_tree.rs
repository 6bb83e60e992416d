//! The `TREE` extension: the trees git has already written for parts of the index.

use anyhow::{Context as _, Result};

/// The extension's body with every directory above the changed paths marked
/// unknown, so that git computes those trees anew and keeps the others.
pub(super) fn invalidate(body: &[u8], changed: &[&[u8]], id_length: usize) -> Result<Vec<u8>> {
    let mut reader = Reader { rest: body, out: Vec::with_capacity(body.len()), id_length };
    reader.node(changed, 0)?;
    Ok(reader.out)
}

struct Reader<'a> {
    rest: &'a [u8],
    out: Vec<u8>,
    id_length: usize,
}

impl Reader<'_> {
    /// Copies one node and its children; `changed` are paths relative to its parent.
    fn node(&mut self, changed: &[&[u8]], depth: usize) -> Result<()> {
        anyhow::ensure!(depth < 4096, "the cached trees nest too deep");
        let end = self.rest.iter().position(|b| *b == 0).context("a cached tree has no name")?;
        let name = &self.rest[..end];
        let line = self.rest[end + 1..].iter().position(|b| *b == b'\n').context("a cached tree is cut short")?;
        let counts = std::str::from_utf8(&self.rest[end + 1..end + 1 + line])?;
        let (entries, children) = counts.split_once(' ').context("a cached tree is malformed")?;
        let children_count: usize = children.parse().context("a cached tree is malformed")?;
        let below: Vec<&[u8]> = match depth {
            0 => changed.to_vec(),
            _ => changed.iter().filter_map(|p| p.strip_prefix(name)?.strip_prefix(b"/")).collect(),
        };
        let id_start = end + 1 + line + 1;
        let id_end = if entries.starts_with('-') { id_start } else { id_start + self.id_length };
        let id = self.rest.get(id_start..id_end).context("a cached tree is cut short")?;
        self.out.extend_from_slice(name);
        self.out.push(0);
        if below.is_empty() {
            self.out.extend_from_slice(counts.as_bytes());
            self.out.push(b'\n');
            self.out.extend_from_slice(id);
        } else {
            self.out.extend_from_slice(format!("-1 {children}\n").as_bytes());
        }
        self.rest = &self.rest[id_end..];
        for _ in 0..children_count {
            self.node(&below, depth + 1)?;
        }
        Ok(())
    }
}
