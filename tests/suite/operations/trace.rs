//! What the records alone tell, and what the program is not.

use super::*;

#[test]
fn rows_5_and_193_a_task_is_traced_to_its_goal_by_records_alone() {
    let sandbox = Sandbox::new().started();
    activate(&sandbox, "9").ok();
    // The task's commit names the task, its tree the plan …
    let touched =
        sandbox.mkt(&["log", "--action", "update-task", "-n", "1", "--json"]).ok().json_lines().swap_remove(0);
    let commit = text(&touched["commit"]);
    let trailer = sandbox.git(&["log", "-1", "--format=%(trailers:key=Mkt-Task,valueonly)", &commit]).ok().stdout;
    assert_eq!(trailer.trim(), "9");
    let boulder = sandbox.git(&["show", &format!("{commit}:.ohmymkt/boulder.json")]).ok().json();
    let plan = text(&boulder["plan_name"]);
    // … the plan was started, from a version of it that a review passed …
    let started = sandbox.mkt(&["log", "--action", "start-campaign", "--plan", &plan, "--json"]).ok().json_lines();
    let at = text(&started.first().expect("a start")["commit"]);
    let path = format!(".ohmymkt/plans/{plan}.md");
    let blob = sandbox.git(&["rev-parse", &format!("{at}:{path}")]).ok().stdout.trim().to_owned();
    let reviews = sandbox.names(".ohmymkt/reviews");
    let review = reviews.iter().find(|name| name.ends_with(".json")).expect("a review");
    let review = sandbox.json(&format!(".ohmymkt/reviews/{review}"));
    assert_eq!([&review["plan"], &review["blob"], &review["verdict"]], [plan.as_str(), &blob, "pass"]);
    // … and that version says the goal and dispatches the task's module.
    let written = sandbox.git(&["cat-file", "blob", &blob]).ok();
    let module = text(&task(&sandbox, "9")["module"]);
    written.stdout_has("Win more demand from people who do not know our name").stdout_has(&module);
}

#[test]
fn rows_191_and_192_there_is_no_network_and_nothing_that_publishes() {
    let lock = include_str!("../../../Cargo.lock");
    let crates: Vec<_> = lock.lines().filter_map(|line| line.strip_prefix("name = ")).collect();
    assert!(crates.contains(&"\"ohmymkt\""));
    let networked = [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "curl-sys",
        "tokio",
        "rustls",
        "native-tls",
        "openssl-sys",
        "libssh2-sys",
        "isahc",
        "attohttpc",
        "socket2",
        "mio",
        "async-std",
        "smol",
    ];
    let found: Vec<_> = networked.into_iter().filter(|name| crates.contains(&format!("\"{name}\"").as_str())).collect();
    assert!(found.is_empty(), "these crates reach a network: {found:?}");
    for (path, source) in crate::layers::source::read("src") {
        for word in ["std::net", "TcpStream", "UdpSocket", "UnixStream"] {
            assert!(!source.contains(word), "`{word}` in {path}");
        }
    }
    let help = Sandbox::new().mkt(&["--help"]).ok();
    let commands: Vec<_> = help
        .stdout
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(commands.len() > 20, "{help}");
    for word in ["publish", "schedule", "post ", "upload", "send", "serve", "sync"] {
        assert!(!commands.iter().any(|line| line.trim_start().starts_with(word)), "{word}: {help}");
    }
}
