//! Git: the only room that names git2 or runs the git program.
//!
//! It owns reading (objects, trees, the index, the worktree, history) and one
//! way of writing (`Transaction`: objects, index, worktree, reference, in an
//! order that a kill at any point cannot break). It knows nothing of artifacts,
//! rules or messages, prints nothing, and imports no other room.
#![expect(clippy::disallowed_methods, reason = "this room reads the repository, its environment and the clock")]

mod afterwards;
mod attribute;
mod change;
mod commit_bytes;
mod config;
mod date;
mod deflate;
mod difference;
mod draft;
mod driver;
mod edit;
mod encoding;
mod environment;
mod files;
mod forecast;
#[doc(hidden)]
pub mod foreign;
mod hash;
mod heal;
mod history;
pub mod hook;
mod identity;
mod index;
mod index_lock;
mod interrupt;
mod journal;
mod kept;
mod lately;
mod loaded;
mod lock;
mod loose;
mod newest;
mod object;
mod object_id;
mod overtaken;
mod pack;
mod place;
mod preserved;
mod promisor;
mod reference;
mod refusal;
mod remote;
mod repo;
mod revision;
mod shared;
mod sign;
mod staged;
mod status;
mod step;
mod sync;
mod top;
pub mod trailer;
mod transaction;
mod tree;
mod trust;
mod unmerged;
pub mod unopened;
mod user;
mod worktree;

pub use change::FileChange;
pub use draft::Draft;
pub use forecast::Forecast;
pub use history::{HistoryEntry, Walk};
pub use identity::Identity;
pub use index::Conflict;
pub use newest::{Newest, NewestFirst};
pub use object::{CommitText, Content};
pub use object_id::{ObjectId, ParseObjectIdError};
pub use place::DirPlace;
pub use preserved::{Preserved, RUNNING};
pub use refusal::Refusal;
pub use repo::{Head, Repo};
pub use revision::Peeled;
pub use staged::Maker;
pub use status::{Uncommitted, UncommittedKind};
#[doc(hidden)]
pub use step::Step;
pub use transaction::Transaction;
pub use tree::{At, FileEntry, FileKind};
pub use unmerged::LastChange;
