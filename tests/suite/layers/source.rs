//! The source as data: each file's module, the paths it names, the macros it calls.
//!
//! What is compiled for tests only is left out. Paths inside macros are read from their tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

/// A path as it is written, segment by segment.
pub type Names = Vec<String>;

/// One file of Rust.
#[derive(Debug, Default)]
pub struct Source {
    /// From the root of the package, with `/`.
    pub path: String,
    /// The module that the file is.
    pub module: Names,
    /// Its text.
    pub text: String,
    /// Every path it names, with the module in which it does.
    pub paths: Vec<(Names, Names)>,
    /// What `use` brings into a module: the module, the name there, what it stands for.
    pub aliases: BTreeMap<(Names, String), Names>,
    /// What `use …::*` brings into a module.
    pub globs: Vec<(Names, Names)>,
    /// The modules in this file: itself, and those with a body in it.
    pub modules: BTreeSet<Names>,
    /// The modules it declares, with or without a body.
    pub declared: BTreeSet<Names>,
    /// The modules it declares for tests only.
    pub for_tests: BTreeSet<Names>,
    /// What it defines: the module and the name.
    pub items: BTreeSet<(Names, String)>,
    /// The macros it calls, by their last name.
    pub macros: BTreeSet<String>,
    /// The lints that it turns off for the whole file.
    pub lints_off: BTreeSet<String>,
}

impl Source {
    /// Parses the text of a file of the tree under `top` (`src` or `tests/suite`).
    ///
    /// # Panics
    /// When it is not Rust.
    pub fn parse(top: &str, path: &str, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        let module = module_of(top, path);
        let mut source =
            Self { path: path.to_owned(), module: module.clone(), text: text.to_owned(), ..Self::default() };
        source.modules.insert(module.clone());
        for attribute in &file.attrs {
            source.lints_off.extend(lints_off(attribute));
        }
        Reader { source: &mut source, scope: module }.visit_file(&file);
        source
    }

    /// How many lines come before the unit tests.
    pub fn lines_without_tests(&self) -> usize {
        self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count()
    }

    /// The name of the file without its folder and ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".rs").unwrap_or(name)
    }

    /// Whether the file is the door of its folder.
    pub fn is_door(&self) -> bool {
        matches!(self.stem(), "mod" | "lib" | "main")
    }
}

/// Reads all Rust files under a folder of the package, sorted by path.
pub fn read(top: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder)).unwrap_or_else(|error| panic!("cannot read {folder}: {error}"));
        for entry in entries.flatten() {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.ends_with(".rs") {
                let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The module that a file is: `src/model/gate.rs` is `[model, gate]`.
pub fn module_of(top: &str, path: &str) -> Names {
    let inner = path.strip_prefix(top).unwrap_or(path).trim_start_matches('/');
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut names: Names = inner.split('/').map(str::to_owned).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

/// Whether something is compiled for tests only.
pub fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let cfg_test = || attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test");
        attribute.path().is_ident("test") || (attribute.path().is_ident("cfg") && cfg_test())
    })
}

/// The lints that an `allow` or `expect` turns off.
fn lints_off(attribute: &syn::Attribute) -> Vec<String> {
    if !attribute.path().is_ident("expect") && !attribute.path().is_ident("allow") {
        return Vec::new();
    }
    let parse = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
    let metas = attribute.parse_args_with(parse).unwrap_or_default();
    metas.iter().map(|meta| names(meta.path()).join("::")).collect()
}

fn names(path: &syn::Path) -> Names {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Walks a file and notes what it names.
struct Reader<'s> {
    source: &'s mut Source,
    scope: Names,
}

impl Reader<'_> {
    fn note(&mut self, path: Names) {
        self.source.paths.push((self.scope.clone(), path));
    }

    fn define(&mut self, name: &syn::Ident) {
        self.source.items.insert((self.scope.clone(), name.to_string()));
    }

    fn import(&mut self, prefix: &Names, tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [prefix.clone(), vec![name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.import(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(prefix, tree)),
            syn::UseTree::Glob(_) => {
                self.source.globs.push((self.scope.clone(), prefix.clone()));
                self.note(prefix.clone());
            }
            syn::UseTree::Name(name) => self.bring(with(&name.ident), &name.ident),
            syn::UseTree::Rename(rename) => self.bring(with(&rename.ident), &rename.rename),
        }
    }

    fn bring(&mut self, mut path: Names, name: &syn::Ident) {
        let mut name = name.to_string();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
            name = path.last().cloned().unwrap_or_default();
        }
        self.note(path.clone());
        self.source.aliases.insert((self.scope.clone(), name), path);
    }

    fn tokens(&mut self, tokens: &[Token], texts_too: bool) {
        for path in paths(tokens) {
            self.note(path);
        }
        for pair in tokens.windows(2) {
            if let [Token::Word(name), Token::Sign('!')] = pair {
                self.source.macros.insert(name.clone());
            }
        }
        for token in tokens {
            if let Token::Text(text) = token
                && texts_too
                && (text.starts_with("crate::") || text.starts_with("super::"))
            {
                self.note(text.split("::").map(str::to_owned).collect());
            }
        }
    }
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_item(&mut self, item: &'a syn::Item) {
        if for_tests(attributes(item)) {
            if let syn::Item::Mod(module) = item {
                self.source.for_tests.insert([self.scope.clone(), vec![module.ident.to_string()]].concat());
            }
            return;
        }
        if let Some(name) = name(item) {
            self.define(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let module = [self.scope.clone(), vec![item.ident.to_string()]].concat();
        self.source.declared.insert(module.clone());
        if item.content.is_some() {
            self.source.modules.insert(module.clone());
            let outer = std::mem::replace(&mut self.scope, module);
            visit::visit_item_mod(self, item);
            self.scope = outer;
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.import(&Vec::new(), &item.tree);
    }

    // `pub(in crate::model)` names a module without using it.
    fn visit_vis_restricted(&mut self, _: &'a syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.note(names(path));
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            let tokens = list.parse_args_with(flatten).unwrap_or_default();
            self.tokens(&tokens, true);
        }
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        let path = names(&call.path);
        self.source.macros.extend(path.last().cloned());
        if path.len() > 1 {
            self.note(path);
        }
        let tokens = flatten.parse2(call.tokens.clone()).unwrap_or_default();
        self.tokens(&tokens, false);
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &syn::Item) -> Option<&syn::Ident> {
    match item {
        syn::Item::Const(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Fn(item) => Some(&item.sig.ident),
        syn::Item::Macro(item) => item.ident.as_ref(),
        syn::Item::Static(item) => Some(&item.ident),
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// A token, with groups flattened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String),
    /// One character of punctuation.
    Sign(char),
    /// The text of a string.
    Text(String),
    /// Anything else, and the edge of a group.
    Other,
}

/// All tokens of a macro, those inside of groups included.
pub fn flatten(input: ParseStream<'_>) -> syn::Result<Vec<Token>> {
    input.step(|cursor| {
        let mut found = Vec::new();
        walk(*cursor, &mut found);
        let mut rest = *cursor;
        while let Some((_, next)) = rest.token_tree() {
            rest = next;
        }
        Ok((found, rest))
    })
}

fn walk(mut cursor: syn::buffer::Cursor<'_>, found: &mut Vec<Token>) {
    while !cursor.eof() {
        if let Some((word, next)) = cursor.ident() {
            found.push(Token::Word(word.to_string()));
            cursor = next;
        } else if let Some((sign, next)) = cursor.punct() {
            found.push(Token::Sign(sign.as_char()));
            cursor = next;
        } else if let Some((inside, _, _, next)) = cursor.any_group() {
            found.push(Token::Other);
            walk(inside, found);
            found.push(Token::Other);
            cursor = next;
        } else if let Some((literal, next)) = cursor.literal() {
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value());
            found.push(text.map_or(Token::Other, Token::Text));
            cursor = next;
        } else if let Some((_, next)) = cursor.token_tree() {
            found.push(Token::Other);
            cursor = next;
        } else {
            return;
        }
    }
}

/// The paths of two and more segments in a row of tokens.
fn paths(tokens: &[Token]) -> Vec<Names> {
    let mut found = Vec::new();
    let mut current: Names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let goes_on = matches!(tokens.get(at + 1..at + 3), Some([Token::Sign(':'), Token::Sign(':')]));
        if let Token::Word(word) = &tokens[at] {
            current.push(word.clone());
            if goes_on {
                at += 3;
                continue;
            }
        }
        let path = std::mem::take(&mut current);
        if path.len() > 1 {
            found.push(path);
        }
        at += 1;
    }
    found
}
