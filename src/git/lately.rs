//! Small trees and commits kept at hand: a write asks for the same few again and again,
//! and objects never change.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use git2::ObjectType;

use super::object_id::ObjectId;

/// How many objects are kept.
const KEPT: usize = 16;
/// How large they may be, in bytes.
const SMALL: usize = 65_536;

/// An object that was read lately: its type and its bytes.
pub(super) type Known = (ObjectType, Rc<[u8]>);

/// The objects that were read lately.
#[derive(Default)]
pub(super) struct Lately(RefCell<VecDeque<(ObjectId, Known)>>);

impl Lately {
    /// The object, if it was read lately.
    pub(super) fn find(&self, id: &ObjectId) -> Option<Known> {
        self.0.borrow().iter().find(|(known, _)| known == id).map(|(_, known)| known.clone())
    }

    /// Keeps an object, if it is a small tree or commit.
    pub(super) fn keep(&self, id: &ObjectId, kind: ObjectType, bytes: &[u8]) {
        if !matches!(kind, ObjectType::Tree | ObjectType::Commit) || bytes.len() > SMALL {
            return;
        }
        let mut kept = self.0.borrow_mut();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((*id, (kind, bytes.into())));
    }
}
