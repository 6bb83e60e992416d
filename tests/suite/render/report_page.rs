//! A report as a page for browsers.

use ohmymkt::render::report::page;
use sha2::{Digest as _, Sha256};
use snapbox::IntoData as _;
use snapbox::str;

const STYLE: &str = include_str!("../../../templates/reports/page.css");
const PATH: &str = ".ohmymkt/reports/summary/2026-11-22-30d.md";

/// The page, without its style.
fn shown(markdown: &str) -> String {
    page(markdown, PATH).replace(STYLE.trim_end(), "[STYLE]")
}

/// The report in it alone.
fn report(markdown: &str) -> String {
    let page = shown(markdown);
    let (_, rest) = page.split_once("<main>\n").expect("a report");
    rest.split_once("</main>").expect("its end").0.to_owned()
}

/// Base 64, as a policy writes digests.
fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of_three = |three: &[u8]| {
        let number = (0..3).fold(0, |sum, at| sum << 8 | u32::from(three.get(at).copied().unwrap_or_default()));
        let digit = |at: usize| match at <= three.len() {
            true => char::from(digits[(number >> (18 - 6 * at) & 63) as usize]),
            false => '=',
        };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(of_three).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "the golden text is inline")]
fn the_page_of_a_report() {
    let markdown = "# Growth summary: 30 days\n\n- Plan: `q3-aeo`\n\n## Gates\n\n\
        | Gate | Status | Evidence |\n| --- | --- | ---: |\n| `strategy_gate` | PASS | 2 |\n| `data_gate` | FAIL | 0 |\n\n\
        Overall: **FAIL** (1/2)\n\n| Decision | Reason |\n| --- | --- |\n| rollback | PASS |\n| continue | a \\| b |\n\n\
        | Signal | Trend |\n| --- | --- |\n| x | up |\n| y | sideways |\n\n\
        | P0 | P1 |\n| ---: | ---: |\n| 1 | 2 |\n";
    let page = shown(markdown);
    let policy = format!("sha256-{}", base64(&Sha256::digest(STYLE.trim_end())));
    assert!(page.contains(&format!("style-src '{policy}'")), "the policy allows this style only: {policy}\n{page}");
    snapbox::assert_data_eq!(page.replace(&policy, "[HASH]"), str![[r#"
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '[HASH]'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Growth summary: 30 days</title>
<style>[STYLE]</style>
</head>
<body>
<main>
<h1>Growth summary: 30 days</h1>
<ul>
<li>Plan: <code>q3-aeo</code></li>
</ul>
<h2>Gates</h2>
<div class="table" tabindex="0">
<table class="rows">
<thead>
<tr><th scope="col">Gate</th><th scope="col">Status</th><th scope="col" class="number">Evidence</th></tr>
</thead>
<tbody>
<tr><td data-label="Gate"><code>strategy_gate</code></td><td class="lead" data-label="Status"><span class="state good">✓ PASS</span></td><td class="number" data-label="Evidence">2</td></tr>
<tr><td data-label="Gate"><code>data_gate</code></td><td class="lead" data-label="Status"><span class="state bad">✗ FAIL</span></td><td class="number" data-label="Evidence">0</td></tr>
</tbody>
</table>
</div>
<p>Overall: <strong>FAIL</strong> (1/2)</p>
<div class="table" tabindex="0">
<table class="rows">
<thead>
<tr><th scope="col">Decision</th><th scope="col">Reason</th></tr>
</thead>
<tbody>
<tr><td class="lead" data-label="Decision"><span class="state bad">← rollback</span></td><td class="prose" data-label="Reason">PASS</td></tr>
<tr><td class="lead" data-label="Decision"><span class="state good">→ continue</span></td><td class="prose" data-label="Reason">a | b</td></tr>
</tbody>
</table>
</div>
<div class="table" tabindex="0">
<table class="rows">
<thead>
<tr><th scope="col">Signal</th><th scope="col">Trend</th></tr>
</thead>
<tbody>
<tr><td data-label="Signal">x</td><td class="lead" data-label="Trend"><span class="state good">↑ up</span></td></tr>
<tr><td data-label="Signal">y</td><td class="lead" data-label="Trend">sideways</td></tr>
</tbody>
</table>
</div>
<div class="table" tabindex="0">
<table class="counts">
<thead>
<tr><th scope="col" class="number">P0</th><th scope="col" class="number">P1</th></tr>
</thead>
<tbody>
<tr><td class="number" data-label="P0">1</td><td class="number" data-label="P1">2</td></tr>
</tbody>
</table>
</div>
</main>
<footer>Written by ohmymkt. The same report in Markdown: <a href="2026-11-22-30d.md">2026-11-22-30d.md</a></footer>
</body>
</html>

"#]].raw());
}

#[test]
fn nothing_in_a_report_becomes_markup_or_leads_anywhere_else() {
    for (markdown, html) in [
        ("a <script>x</script> b\n", "<p>a &lt;script&gt;x&lt;/script&gt; b</p>\n"),
        ("<style>\n* {}\n</style>\n", "<p>&lt;style&gt;\n* {}\n&lt;/style&gt;\n</p>\n"),
        ("<!-- c -->\n", "<p>&lt;!-- c --&gt;\n</p>\n"),
        ("![a *b*](https://example.org/b.png)\n", "<p>a <em>b</em></p>\n"),
        ("[a](javascript:alert(1)) [b](data:text/html,x)\n", "<p>a b</p>\n"),
        ("[a](//example.org) [b](/etc/passwd) [c](\\\\\\\\host\\\\x) [d]()\n", "<p>a b c d</p>\n"),
        ("[a]( JaVaScRiPt:x) <vbscript:x> <a@example.org>\n", "<p>a vbscript:x a@example.org</p>\n"),
        (
            "[a](HTTPS://example.org/?q=\"x\") [b](../../plans/a.md#goal)\n",
            "<p><a href=\"HTTPS://example.org/?q=%22x%22\">a</a> <a href=\"../../plans/a.md#goal\">b</a></p>\n",
        ),
    ] {
        assert_eq!(report(markdown), html, "{markdown}");
    }
    let titled = shown("# </title><script>`x`\n\n# Two\n");
    assert!(titled.contains("<title>&lt;&#x2f;title&gt;&lt;script&gt;x</title>"), "{titled}");
}

#[test]
fn ids_paths_and_words_get_the_room_they_need() {
    let markdown = "| Cycle | Plan | When | Reason | Report |\n| --- | --- | --- | --- | --- |\n\
        | `cycle-1` | `two` | 2026-11-08 10:00 UTC | a | `.ohmymkt/reports/weekly/a&b.md` |\n";
    let page = report(markdown);
    let row = "<tr><td class=\"id\" data-label=\"Cycle\"><code>cycle-1</code></td>\
        <td class=\"name\" data-label=\"Plan\"><code>two</code></td>\
        <td class=\"time\" data-label=\"When\">2026-11-08 10:00 UTC</td>\
        <td class=\"prose\" data-label=\"Reason\">a</td>\
        <td class=\"path\" data-label=\"Report\"><code>.ohmymkt/<wbr>reports/<wbr>weekly/<wbr>a&amp;b.md</code></td></tr>\n";
    assert!(page.contains(row), "{page}");
    let forged = report("| a\"onclick=x <b> | *c* |\n| --- | --- |\n| 1 | 2 |\n");
    assert!(forged.contains("<tr><td data-label=\"aonclickx b\">1</td><td data-label=\"c\">2</td></tr>"), "{forged}");
}

#[test]
fn on_a_narrow_screen_each_row_is_a_block_that_begins_with_its_state() {
    let (_, narrow) = STYLE.split_once("@media screen and (max-width: 60rem) {").expect("a narrow form");
    for needed in ["content: attr(data-label);", ".rows .lead {\n    order: -1;", ".rows .path {\n    order: 1;"] {
        assert!(narrow.contains(needed), "{needed}");
    }
}

#[test]
fn the_style_asks_nobody_for_anything_and_can_be_printed() {
    for needed in ["prefers-color-scheme: dark", "@media print", "overflow-x: auto"] {
        assert!(STYLE.contains(needed), "{needed}");
    }
    for outside in ["url(", "@import", "http", "</"] {
        assert!(!STYLE.contains(outside), "{outside}");
    }
}
