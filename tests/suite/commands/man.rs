//! `man`: pages in the form that `man` reads.

use crate::sandbox::Sandbox;

#[test]
fn the_page_of_the_program_and_of_a_command() {
    let sandbox = Sandbox::without_repository();
    let page = sandbox.mkt(&["man"]).ok().stdout;
    assert!(page.contains(".TH git-mkt 1"), "no title line in:\n{page}");
    assert!(page.contains("run\\-cycle"), "no command in:\n{page}");
    sandbox.mkt(&["man", "incident"]).ok().stdout_has(".SH NAME").stdout_has("severity");
    sandbox.mkt(&["man", "nothing"]).code(1).stderr_has("there is no command `nothing`").stderr_has("hint: ");
}
