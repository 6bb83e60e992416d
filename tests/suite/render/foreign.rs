//! Foreign text on a terminal, in JSON and in Markdown: shown, never obeyed.

use ohmymkt::render::markdown::{code, escape, html, message, said, span, table};
use ohmymkt::render::{Label, Page, Status, View, document, harmless, plain, styled};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use snapbox::IntoData as _;

/// Text with everything in it that could do harm somewhere.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z0-9 ]{1,4}",
        4 => "[!-/:-@\\[-`{-~]{1,3}",
        1 => prop::sample::select(vec![
            "\n", "\r\n", "\t", "\u{1b}[31m", "\u{9b}2J", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{feff}",
            "\n# ", "\n\n---\n", "1. ", "- ", "&lt;", "<b>", "```", "](x)", "été", "東京", "👩‍🚀", "\u{e0041}", "_a_", "Ⓐ",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn is_raw(character: char) -> bool {
    let code = character as u32;
    character.is_control()
        || matches!(code, 0x61c | 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2066..=0x2069 | 0xfeff)
}

/// What forges know besides plain Markdown.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// What a reader sees of a Markdown document, and how many pieces of structure it has.
fn shown(document: &str) -> (String, usize) {
    let (mut text, mut structure) = (String::new(), 0);
    for event in Parser::new_ext(document, options()) {
        match event {
            Event::Text(piece) => text.push_str(&piece),
            Event::Code(piece) => {
                text.push_str(&piece);
                structure += 1;
            }
            _ => structure += 1,
        }
    }
    (text, structure)
}

#[derive(serde::Serialize)]
struct Said {
    said: String,
}

impl View for Said {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.heading(&self.said).line().text(&self.said).label(Label::Id, &self.said);
        page.table(&["said"], [[self.said.as_str().into(), self.said.as_str().into()]]);
        page.hint(&self.said);
        page
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn harmless_text_is_one_visible_line(text in wild()) {
        let clean = harmless(&text);
        prop_assert!(!clean.chars().any(is_raw), "{clean:?}");
        prop_assert_eq!(harmless(&clean), clean.as_ref());
    }

    #[test]
    fn a_page_lets_nothing_raw_through(said in wild()) {
        let page = Said { said }.page();
        let text = plain(&page);
        prop_assert!(!text.replace('\n', "").chars().any(is_raw), "{text:?}");
        prop_assert_eq!(text.lines().count(), page.lines().len());
        let coloured = styled(&page);
        let bare: String = anstream::adapter::strip_str(&coloured).to_string();
        prop_assert_eq!(bare, text);
    }

    #[test]
    fn a_document_gives_the_text_back_and_shows_nothing_raw(said in wild()) {
        let text = document("show", Status::Ok, &Said { said: said.clone() });
        prop_assert!(!text.replace('\n', "").chars().any(is_raw), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).expect("a document is JSON");
        prop_assert_eq!(value["said"].as_str(), Some(said.as_str()));
    }

    #[test]
    fn escaped_text_reads_as_written_and_adds_no_structure(text in wild()) {
        let seen = harmless(text.trim()).trim().to_owned();
        let escaped = escape(&text);
        for (before, after) in [("", "\n"), ("- ", "\n"), ("1. ", "\n"), ("# ", "\n"), ("**", "**: x\n"),
            ("para\n\n", "\n"), ("| a | b |\n| --- | --- |\n| ", " | x |\n")] {
            let (frame_text, frame) = shown(&format!("{before}x{after}"));
            let (text, structure) = shown(&format!("{before}x{escaped}x{after}"));
            prop_assert_eq!(&text, &frame_text.replacen('x', &format!("x{seen}x"), 1), "{}", escaped);
            prop_assert_eq!(structure, frame, "{}", escaped);
        }
        if !seen.is_empty() {
            for before in ["", "- ", "1. ", "# ", "| a |\n| --- |\n| "] {
                let (text, structure) = shown(&format!("{before}{escaped}\n"));
                prop_assert!(text.ends_with(&seen), "{escaped:?} reads {text:?}");
                prop_assert_eq!(structure, shown(&format!("{before}x\n")).1, "{}", escaped);
            }
        }
    }

    #[test]
    fn code_reads_as_written(text in wild()) {
        let seen = harmless(text.trim()).trim().to_owned();
        let (read, _) = shown(&format!("| a |\n| --- |\n| x{}x |\n", code(&text)));
        prop_assert_eq!(read, format!("ax{seen}x"));
    }

    #[test]
    fn a_span_reads_as_written_whatever_stands_in_it(text in wild()) {
        let seen = harmless(text.trim()).trim().to_owned();
        let spans = usize::from(!seen.is_empty());
        let (read, structure) = shown(&format!("- x{}x\n", span(&text)));
        prop_assert_eq!(read, format!("x{seen}x"));
        prop_assert_eq!(structure, shown("- x\n").1 + spans);
    }

    #[test]
    fn a_message_is_only_prose_and_code(before in wild(), inside in wild(), after in wild()) {
        let text = format!("{before}`{inside}`{after}@octocat");
        let written = message(&text);
        let mut read = String::new();
        for event in Parser::new_ext(&format!("- x: {written}x\n"), options()) {
            match event {
                Event::Text(piece) | Event::Code(piece) => read.push_str(&piece),
                Event::InlineHtml(html) => prop_assert_eq!(html.as_ref(), "<!-- -->"),
                Event::Start(Tag::List(_) | Tag::Item) | Event::End(_) => {}
                other => prop_assert!(false, "{other:?} in {written:?}"),
            }
        }
        let letters = |text: &str| text.chars().filter(|one| !one.is_whitespace() && !"`⏎".contains(*one)).collect();
        let (read, seen): (String, String) = (letters(&read), letters(&harmless(&text)));
        prop_assert_eq!(read, format!("x:{seen}x"));
    }

    #[test]
    fn html_is_one_line_without_structure(text in wild()) {
        let written = html(&format!("{text}@octocat"));
        prop_assert!(!written.contains('\n') && !written.contains("@o"), "{written:?}");
        prop_assert!(!written.replace("<!-- -->", "").contains(['<', '>', '"']), "{written:?}");
    }
}

#[test]
fn nobody_is_called_by_what_is_quoted() {
    assert_eq!(said("a@b @c"), "a@<!-- -->b @<!-- -->c");
    assert_eq!(message("`@a` by @b"), "`@a` by @<!-- -->b");
    assert_eq!(message("not `closed @c"), "not \\`closed @<!-- -->c");
    assert_eq!(message("empty `` here"), "empty \\`\\` here");
    assert_eq!(span("a`b"), "``a`b``");
    assert_eq!(span("`"), "`` ` ``");
}

#[test]
fn a_table_keeps_its_columns() {
    let rows = [["a|b".to_owned(), "new\nline".to_owned()], ["*".to_owned(), String::new()]];
    snapbox::assert_data_eq!(
        table(&["one", "two"], &rows),
        snapbox::str![[r#"
| one | two |
| --- | --- |
| a\|b | new ⏎ line |
| \* |  |

"#]]
        .raw()
    );
}
