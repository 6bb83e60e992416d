//! History from its newest commit backwards, told before all of it is read.
//!
//! No commit is told before all its children, however wrong the clocks were: dates only decide
//! which commit is read next. A commit is told once it is certain that no unread commit is a
//! child of it. There are two such cases:
//!
//! - It is the only commit that was read and whose parents were not. All unread commits are
//!   ancestors of it.
//! - It is a descendant of that only commit. All unread commits are ancestors of the only one, so
//!   none of them can be a child of its descendant.
//!
//! While several commits wait for their parents, as with two branches side by side, what was
//! read is held back. A line that was read down to its root while others were not is held back
//! to the end: the others may turn out to descend from it.

use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

use anyhow::Result;

use super::history::{HistoryEntry, Walker};
use super::object_id::ObjectId;
use super::repo::Repo;

/// A commit of [`Repo::newest_first`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The commit.
    pub entry: HistoryEntry,
    /// The root trees of its parents that are in the repository.
    pub parent_trees: Vec<ObjectId>,
}

/// The commits of a history, no parent before its children.
pub struct NewestFirst<'w> {
    walker: Walker<'w>,
    /// Read since there last was only one commit to go on from.
    window: Vec<usize>,
    /// Read down to their roots.
    rooted: Vec<usize>,
    /// To be told next.
    ready: VecDeque<usize>,
    is_over: bool,
}

impl Repo {
    /// The commits reachable from `include` and not from `exclude`, children before parents,
    /// read while they are asked for. A word is looked for in each, as in
    /// [`Repo::history_mentioning`].
    ///
    /// # Errors
    /// When the first of them cannot be read.
    pub fn newest_first<'w>(
        &'w self,
        include: &[ObjectId],
        exclude: &[ObjectId],
        word: &'w str,
    ) -> Result<NewestFirst<'w>> {
        let walker = Walker::new(self, (include, exclude), word)?;
        let (window, rooted, ready) = Default::default();
        Ok(NewestFirst { walker, window, rooted, ready, is_over: false })
    }
}

impl NewestFirst<'_> {
    /// Reads on. What has become certain is ready then.
    fn read(&mut self) -> Result<()> {
        let only = self.walker.only_queued();
        if let Some(only) = only {
            self.settle(only);
        }
        match (self.walker.step()?, only) {
            (Some(number), Some(_)) => self.ready.push_back(number),
            (Some(number), None) => self.window.push(number),
            (None, _) => {
                self.is_over = true;
                let rest: Vec<_> = self.rooted.drain(..).chain(self.window.drain(..)).collect();
                self.tell(&rest);
            }
        }
        Ok(())
    }

    /// Tells what was read and comes after the only commit to go on from.
    fn settle(&mut self, only: usize) {
        if self.window.is_empty() {
            return;
        }
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for number in &self.window {
            for parent in self.walker.parents(*number) {
                children.entry(parent).or_default().push(*number);
            }
        }
        let (mut after, mut open) = (HashSet::new(), vec![only]);
        while let Some(number) = open.pop() {
            open.extend(children.get(&number).into_iter().flatten().filter(|child| after.insert(**child)));
        }
        let (after, rooted): (Vec<_>, Vec<_>) = self.window.drain(..).partition(|number| after.contains(number));
        self.rooted.extend(rooted);
        self.tell(&after);
    }

    /// Makes these ready, each before its parents, and else the newest first.
    fn tell(&mut self, numbers: &[usize]) {
        let mut children: HashMap<usize, usize> = numbers.iter().map(|number| (*number, 0)).collect();
        for parent in numbers.iter().flat_map(|number| self.walker.parents(*number)) {
            children.entry(parent).and_modify(|count| *count += 1);
        }
        let place = |number: usize| (self.walker.nodes[number].seconds, std::cmp::Reverse(number));
        let free = numbers.iter().filter(|number| children[number] == 0);
        let mut free: BinaryHeap<_> = free.map(|number| place(*number)).collect();
        while let Some((_, std::cmp::Reverse(number))) = free.pop() {
            self.ready.push_back(number);
            for parent in self.walker.parents(number) {
                let Some(count) = children.get_mut(&parent) else { continue };
                *count -= 1;
                if *count == 0 {
                    free.push(place(parent));
                }
            }
        }
    }

    fn commit(&self, number: usize) -> Option<Newest> {
        let node = &self.walker.nodes[number];
        let parents = self.walker.parents(number).map(|parent| self.walker.nodes[parent].entry.tree_id);
        (!node.unwanted).then(|| Newest { entry: node.entry.clone(), parent_trees: parents.collect() })
    }
}

impl Iterator for NewestFirst<'_> {
    type Item = Result<Newest>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.ready.pop_front().map(|number| self.commit(number)) {
                Some(Some(commit)) => return Some(Ok(commit)),
                Some(None) => {}
                None if self.is_over => return None,
                None => {
                    if let Err(error) = self.read() {
                        self.is_over = true;
                        return Some(Err(error));
                    }
                }
            }
        }
    }
}
