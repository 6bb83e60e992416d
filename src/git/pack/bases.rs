//! Objects that others are made from, kept for a while.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use git2::ObjectType;

use super::Read;

/// How large one may be, in bytes, and all of them.
const LARGEST: usize = 1 << 19;
const ALL: usize = 1 << 22;

/// The number of a pack, and where in it an object begins.
type Place = (usize, usize);

/// What was read lately, by its place. The older of two versions is a delta to the younger, and
/// whoever walks back through history reads the younger just before.
#[derive(Default)]
pub(super) struct Bases(RefCell<Kept>);

#[derive(Default)]
struct Kept {
    objects: HashMap<Place, Read>,
    order: VecDeque<Place>,
    /// How many bytes they have.
    size: usize,
}

impl Bases {
    pub(super) fn find(&self, place: Place) -> Option<Read> {
        self.0.borrow().objects.get(&place).cloned()
    }

    pub(super) fn keep(&self, place: Place, kind: ObjectType, bytes: &Rc<Vec<u8>>) {
        if bytes.len() > LARGEST {
            return;
        }
        let mut kept = self.0.borrow_mut();
        if kept.objects.insert(place, (kind, Rc::clone(bytes))).is_some() {
            return;
        }
        kept.order.push_back(place);
        kept.size += bytes.len();
        while kept.size > ALL {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.size -= kept.objects.remove(&oldest).map_or(0, |(_, bytes)| bytes.len());
        }
    }
}
