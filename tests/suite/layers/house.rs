//! The house: all files together, and which module a path leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Names, Source};

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Into the crate, from its root.
    Inside(Names),
    /// To another crate.
    Outside(Names),
}

/// All files of the library.
pub struct House {
    /// The files.
    pub files: Vec<Source>,
    /// Which file a module stands in.
    modules: BTreeMap<Names, usize>,
}

/// How often a path is followed through re-exports before it is given up.
const DEPTH: usize = 16;

impl House {
    /// The house made of these files, without those that are compiled for tests only.
    pub fn new(mut files: Vec<Source>) -> Self {
        let for_tests: BTreeSet<Names> = files.iter().flat_map(|file| file.for_tests.clone()).collect();
        files.retain(|file| !for_tests.iter().any(|module| file.module.starts_with(module)));
        let module = |(index, file): (usize, &Source)| {
            file.modules.iter().map(|module| (module.clone(), index)).collect::<Vec<_>>()
        };
        let modules = files.iter().enumerate().flat_map(module).collect();
        Self { files, modules }
    }

    /// The house made of files in memory, each a path and its text.
    pub fn of(texts: &[(impl AsRef<str>, impl AsRef<str>)]) -> Self {
        let parse = |(path, text): &(_, _)| Source::parse("src", AsRef::as_ref(path), AsRef::as_ref(text));
        Self::new(texts.iter().map(parse).collect())
    }

    /// Every path a file names, as it is written, and where it leads at first sight.
    pub fn named<'h>(&'h self, file: &'h Source) -> impl Iterator<Item = (&'h Names, Place)> {
        file.paths.iter().map(|(scope, path)| (path, self.place(scope, path, DEPTH)))
    }

    /// The files that a file of the same crate depends on, with the path that says so.
    pub fn neighbours(&self, file: usize) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        for (path, place) in self.named(&self.files[file]) {
            let Place::Inside(inside) = place else { continue };
            let target = self.home(&inside, DEPTH);
            if let Some(target) = target.filter(|target| *target != file) {
                found.entry(target).or_insert_with(|| path.join("::"));
            }
        }
        found
    }

    /// The files that no `mod` declares.
    pub fn orphans(&self) -> Vec<String> {
        let declared: BTreeSet<&Names> = self.files.iter().flat_map(|file| &file.declared).collect();
        let orphan = |file: &&Source| !file.module.is_empty() && !declared.contains(&file.module);
        self.files.iter().filter(orphan).map(|file| file.path.clone()).collect()
    }

    /// Where a path leads that is written in the module `scope`.
    fn place(&self, scope: &Names, path: &[String], depth: usize) -> Place {
        let mut scope = scope.clone();
        let mut rest = path;
        let mut relative = false;
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => scope.clear(),
                "self" => {}
                "super" => drop(scope.pop()),
                _ => break,
            }
            relative = true;
            rest = others;
        }
        let Some(first) = rest.first() else { return Place::Inside(scope) };
        if relative {
            return Place::Inside([scope, rest.to_vec()].concat());
        }
        if depth > 0
            && let Some(target) = self.alias(&scope, first).filter(|target| target.as_slice() != &rest[..1])
        {
            return match self.place(&scope, target, depth - 1) {
                Place::Inside(inside) => Place::Inside([inside, rest[1..].to_vec()].concat()),
                Place::Outside(outside) => Place::Outside([outside, rest[1..].to_vec()].concat()),
            };
        }
        let child = [scope, vec![first.clone()]].concat();
        if self.modules.contains_key(&child) {
            return Place::Inside([child, rest[1..].to_vec()].concat());
        }
        Place::Outside(rest.to_vec())
    }

    /// The file in which the thing at a path from the root is defined, through re-exports.
    fn home(&self, path: &Names, depth: usize) -> Option<usize> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let module = path[..length].to_vec();
        let file = self.modules[&module];
        let Some(name) = path.get(length).filter(|_| depth > 0) else { return Some(file) };
        let follow = |target: &Names| match self.place(&module, target, depth - 1) {
            Place::Inside(inside) => self.home(&[inside, path[length + 1..].to_vec()].concat(), depth - 1),
            Place::Outside(_) => Some(file),
        };
        if let Some(target) = self.alias(&module, name) {
            return follow(target);
        }
        if !self.defines(&module, name) {
            for (_, glob) in self.files[file].globs.iter().filter(|(scope, _)| *scope == module) {
                if let Place::Inside(inside) = self.place(&module, glob, depth - 1)
                    && self.defines(&inside, name)
                {
                    return self.home(&[inside, path[length..].to_vec()].concat(), depth - 1);
                }
            }
        }
        Some(file)
    }

    fn alias(&self, module: &Names, name: &str) -> Option<&Names> {
        let file = self.modules.get(module)?;
        self.files[*file].aliases.get(&(module.clone(), name.to_owned()))
    }

    fn defines(&self, module: &Names, name: &str) -> bool {
        let key = (module.clone(), name.to_owned());
        self.modules
            .get(module)
            .is_some_and(|file| self.files[*file].items.contains(&key) || self.files[*file].aliases.contains_key(&key))
    }
}
