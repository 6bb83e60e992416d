//! Signing commits as `git commit` does; libgit2 does not.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use super::files::write_private;
use super::identity::Identity;
use super::index_lock::remove_if_there;
use super::refusal::Refusal;
use super::repo::Repo;

/// What every kind of signature begins with; anything else no git would find again.
const ARMOUR: &str = "-----BEGIN ";
/// Begins the name of each file that a signer of ssh works with.
pub(super) const SCRATCH: &str = "sign";

impl Repo {
    /// The signature for a commit's bytes; `None` unless `commit.gpgSign` is set
    /// (contract, section 7).
    ///
    /// # Errors
    /// When the signer fails: nothing may be written then.
    pub(super) fn signature(&self, commit: &[u8], committer: &Identity) -> Result<Option<String>> {
        match (self.config_bool("commit.gpgsign"), self.config("commit.gpgsign")) {
            (Some(true), _) => {}
            (None, Some(odd)) => bail!("commit.gpgSign is neither true nor false: `{}`", odd.escape_debug()),
            _ => return Ok(None),
        }
        let format = self.config("gpg.format").unwrap_or_else(|| "openpgp".to_owned());
        let key = self.config("user.signingkey");
        let signature = match format.as_str() {
            "ssh" => self.sign_with_ssh(commit, key)?,
            "openpgp" | "x509" => {
                let person = format!("{} <{}>", committer.name, committer.email);
                self.sign_with_gpg(commit, &format, &key.unwrap_or(person))?
            }
            other => bail!(Refusal::Unsupported(format!("gpg.format `{}`", other.escape_debug()))),
        };
        let text = String::from_utf8(signature).context("read the signature")?.replace("\r\n", "\n");
        ensure!(text.starts_with(ARMOUR), "signing the commit failed: the signer printed no signature");
        Ok(Some(text))
    }

    fn sign_with_gpg(&self, commit: &[u8], format: &str, key: &str) -> Result<Vec<u8>> {
        let named = match format {
            "x509" => self.last_config(&["gpg.x509.program"]),
            // The newer name and the older one are one setting.
            _ => self.last_config(&["gpg.openpgp.program", "gpg.program"]),
        };
        let default = if format == "x509" { "gpgsm" } else { "gpg" };
        let mut signer = self.signer(named, default);
        signer.args(["--status-fd=2", "-bsau", key]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let output = run(&mut signer, Some(commit))?;
        let words = String::from_utf8_lossy(&output.stderr);
        // The exit status alone is not enough: git looks for this line, too.
        if !output.status.success() || !format!("\n{words}").contains("\n[GNUPG:] SIG_CREATED ") {
            bail!("signing the commit failed: {}", said(&words));
        }
        Ok(output.stdout)
    }

    /// As git asks for it: the bytes are in a file, and the signature comes in another.
    fn sign_with_ssh(&self, commit: &[u8], key: Option<String>) -> Result<Vec<u8>> {
        let key = match key {
            Some(key) => key,
            None => self.default_ssh_key()?,
        };
        ensure!(!key.is_empty(), "signing the commit failed: user.signingKey needs to be set for ssh signing");
        // The writers' lock is held, so these names are ours alone.
        let scratch = Scratch(["", ".sig", ".key"].map(|end| self.private_dir().join(format!("{SCRATCH}{end}"))));
        let [buffer, signed, key_file] = &scratch.0;
        remove_if_there(signed)?;
        write_private(buffer, commit).context("write what is to be signed")?;
        let program = self.last_config(&["gpg.ssh.program"]);
        let mut signer = self.signer(program, "ssh-keygen");
        signer.args(["-Y", "sign", "-n", "git", "-f"]);
        if let Some(literal) = literal(&key) {
            write_private(key_file, format!("{}\n", literal.trim_end()).as_bytes()).context("write the signing key")?;
            signer.arg(key_file).arg("-U");
        } else {
            signer.arg(self.expand_home(&key));
        }
        // It may ask for a passphrase: its input stays the terminal.
        let output = run(signer.arg(buffer).stdout(Stdio::null()), None)?;
        if !output.status.success() {
            bail!("signing the commit failed: {}", said(&String::from_utf8_lossy(&output.stderr)));
        }
        std::fs::read(signed).context("signing the commit failed: read the signature")
    }

    /// A program that signs, standing where git would let it stand.
    fn signer(&self, named: Option<String>, default: &str) -> Command {
        let program = named.map_or_else(|| PathBuf::from(default), |named| self.expand_home(&named));
        let mut signer = Command::new(program);
        signer.current_dir(self.workdir().unwrap_or(self.git_dir())).stderr(Stdio::piped());
        signer
    }

    /// The first key that `gpg.ssh.defaultKeyCommand` prints.
    fn default_ssh_key(&self) -> Result<String> {
        let command = self.config("gpg.ssh.defaultkeycommand");
        let command = command.context("either user.signingKey or gpg.ssh.defaultKeyCommand must be set")?;
        let words = split_words(&command).context("gpg.ssh.defaultKeyCommand has an open quote")?;
        let (name, arguments) = words.split_first().context("gpg.ssh.defaultKeyCommand is empty")?;
        let mut command = self.signer(Some(name.clone()), "");
        command.args(arguments).stdout(Stdio::piped());
        let output = run(&mut command, None).context("run gpg.ssh.defaultKeyCommand")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = text.lines().next().filter(|_| output.status.success());
        match first.filter(|key| literal(key).is_some()) {
            Some(key) => Ok(key.to_owned()),
            None => {
                bail!("gpg.ssh.defaultKeyCommand printed no key: {}", said(&String::from_utf8_lossy(&output.stderr)))
            }
        }
    }
}

/// Files that a signer works with; they go when it is done.
struct Scratch([PathBuf; 3]);

impl Drop for Scratch {
    fn drop(&mut self) {
        for path in &self.0 {
            // What stays behind, the next write removes.
            std::fs::remove_file(path as &Path).ok();
        }
    }
}

/// Runs a signer to its end, with these bytes on its input if there are any.
fn run(signer: &mut Command, bytes: Option<&[u8]>) -> Result<Output> {
    let name = signer.get_program().to_string_lossy().into_owned();
    let mut child = signer.spawn().with_context(|| format!("run {name} to sign the commit"))?;
    let input = child.stdin.take().zip(bytes);
    let output = std::thread::scope(|scope| {
        if let Some((mut input, bytes)) = input {
            // A signer that fails early closes its end; its status tells more than the pipe.
            scope.spawn(move || std::io::Write::write_all(&mut input, bytes).ok());
        }
        child.wait_with_output()
    });
    output.with_context(|| format!("run {name} to sign the commit"))
}

/// What a signer said, or that it said nothing.
fn said(words: &str) -> &str {
    let words = words.trim();
    if words.is_empty() { "the signer said nothing" } else { words }
}

/// The key itself, where the setting holds one and not the name of a file.
fn literal(key: &str) -> Option<&str> {
    key.strip_prefix("key::").or(key.starts_with("ssh-").then_some(key))
}

/// Splits a command as git does without a shell: at spaces that are not quoted; `None`
/// where a quote or an escape is left open.
fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (_, None) if letter.is_ascii_whitespace() => words.extend(word.take()),
            ('\\', open) if open != Some('\'') => word.get_or_insert_default().push(letters.next()?),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn a_command_is_split_as_git_splits_it() {
        let split = |text| split_words(text).map(|words| words.join("|"));
        assert_eq!(
            split(r#" ssh-add  -L "a b" 'c"d\' e\ f g"h"i '' "#).as_deref(),
            Some(r#"ssh-add|-L|a b|c"d\|e f|ghi|"#)
        );
        assert_eq!(split(r#"open "quote"#), None);
        assert_eq!(split("end\\"), None);
    }
}
