//! Signing commits as `git commit` does; libgit2 does not.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};

use super::identity::Identity;
use super::refusal::Refusal;
use super::repo::Repo;

impl Repo {
    /// The signature for a commit's bytes; `None` unless `commit.gpgSign` is set
    /// (contract, section 7).
    ///
    /// # Errors
    /// When the signer fails: nothing may be written then.
    pub(super) fn signature(&self, commit: &[u8], committer: &Identity) -> Result<Option<String>> {
        if self.config_bool("commit.gpgsign") != Some(true) {
            return Ok(None);
        }
        let format = self.config("gpg.format").unwrap_or_else(|| "openpgp".to_owned());
        let key = self.config("user.signingkey").filter(|key| !key.is_empty());
        let text = match format.as_str() {
            "ssh" => self.sign_with_ssh(commit, key)?,
            "openpgp" | "x509" => {
                let person = format!("{} <{}>", committer.name, committer.email);
                self.sign_with_gpg(commit, &format, &key.unwrap_or(person))?
            }
            other => bail!(Refusal::Unsupported(format!("gpg.format `{}`", other.escape_debug()))),
        };
        Ok(Some(text.replace("\r\n", "\n")))
    }

    fn sign_with_gpg(&self, commit: &[u8], format: &str, key: &str) -> Result<String> {
        let general = (format == "openpgp").then(|| self.config("gpg.program")).flatten();
        let default = if format == "x509" { "gpgsm" } else { "gpg" };
        let named = self.config(&format!("gpg.{format}.program")).or(general);
        let mut signer = Command::new(named.unwrap_or_else(|| default.to_owned()));
        signer.args(["--status-fd=2", "-bsau", key]);
        let (signature, words) = feed(signer, commit)?;
        // The exit status alone is not enough: git looks for this line, too.
        if !format!("\n{words}").contains("\n[GNUPG:] SIG_CREATED ") {
            bail!("signing the commit failed: {}", words.trim());
        }
        Ok(signature)
    }

    fn sign_with_ssh(&self, commit: &[u8], key: Option<String>) -> Result<String> {
        let key = match key {
            Some(key) => key,
            None => self.default_ssh_key()?,
        };
        let program = self.config("gpg.ssh.program").unwrap_or_else(|| "ssh-keygen".to_owned());
        let mut signer = Command::new(program);
        signer.args(["-Y", "sign", "-n", "git", "-f"]);
        let literal = key.strip_prefix("key::").or(key.starts_with("ssh-").then_some(key.as_str()));
        // Kept until the signer is done: dropping it removes the file.
        let mut file = tempfile::NamedTempFile::new().context("make a temporary file")?;
        if let Some(literal) = literal {
            writeln!(file, "{}", literal.trim_end()).context("write the signing key")?;
            signer.arg(file.path()).arg("-U");
        } else {
            signer.arg(expand_home(&key));
        }
        Ok(feed(signer, commit)?.0)
    }

    /// The first key that `gpg.ssh.defaultKeyCommand` prints.
    fn default_ssh_key(&self) -> Result<String> {
        let command = self.config("gpg.ssh.defaultkeycommand");
        let command = command.context("either user.signingKey or gpg.ssh.defaultKeyCommand must be set")?;
        let output = Command::new("sh").args(["-c", &command]).stdin(Stdio::null()).output();
        let output = output.context("run gpg.ssh.defaultKeyCommand")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = text.lines().next().unwrap_or("");
        if output.status.success() && (first.starts_with("ssh-") || first.starts_with("key::")) {
            return Ok(first.to_owned());
        }
        Err(anyhow!("gpg.ssh.defaultKeyCommand printed no key"))
    }
}

/// Runs a signer on the bytes; what it wrote to stdout and stderr.
fn feed(mut signer: Command, bytes: &[u8]) -> Result<(String, String)> {
    let name = signer.get_program().to_string_lossy().into_owned();
    signer.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = signer.spawn().with_context(|| format!("run {name} to sign the commit"))?;
    let input = child.stdin.take();
    // A signer that fails early closes its end; its status tells more than the pipe.
    input.map(|mut input| input.write_all(bytes)).transpose().ok();
    let output = child.wait_with_output().with_context(|| format!("run {name} to sign the commit"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() || output.stdout.is_empty() {
        bail!("signing the commit failed: {}", words.trim());
    }
    Ok((String::from_utf8(output.stdout).context("read the signature")?, words))
}

fn expand_home(path: &str) -> std::path::PathBuf {
    match (path.strip_prefix("~/"), super::environment::home()) {
        (Some(rest), Some(home)) => std::path::Path::new(&home).join(rest),
        _ => path.into(),
    }
}
