//! `completions`: scripts that the shells take.

use crate::sandbox::Sandbox;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let sandbox = Sandbox::without_repository();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        sandbox.mkt(&["completions", shell]).ok().stdout_has("run-cycle").stdout_has("severity");
    }
    sandbox.mkt(&["completions", "tcsh"]).code(1).stderr_has("unknown shell `tcsh`");
}

#[test]
fn bash_takes_the_script() {
    let sandbox = Sandbox::without_repository();
    let script = sandbox.mkt(&["completions", "bash"]).ok().stdout;
    sandbox.write("ohmymkt.bash", &script);
    sandbox.sh("bash -n ohmymkt.bash").ok();
}
