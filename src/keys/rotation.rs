//! From one key to the next, step by step, either way: what is to be done, and where that leads.
//!
//! ```text
//! Intended -> Created -> Proven -> Replaced -> InPlace -> Retired -> Over
//! ```
//!
//! The journal is on disk before every step and every step can be done twice, so that whoever finds a journal goes on
//! from there. A rotation is undone by the same steps: the two keys change places, and one that was not yet in use is
//! simply retired.

use jiff::Timestamp;

use super::KeyPair;
use super::journal::{Journal, Key, Phase, Then};

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Look for the key that may have been made, and delete it.
    CleanUp,
    /// Make this key active again.
    Reactivate(String),
    /// See that this key signs.
    Prove(KeyPair),
    /// Put the new key wherever the old one stands.
    Replace,
    /// See that the new key signs as it stands there.
    ProveInPlace,
    /// Make this key inactive.
    Deactivate(String),
    /// Delete this key.
    Delete(String),
    /// Nothing, until this time or for good.
    Rest(Option<Timestamp>),
    /// Nothing any more.
    Nothing,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is done.
    Done,
    /// AWS does not take the key.
    Refused,
    /// It is not there: the key at AWS, or the new key where it was put.
    Gone,
}

impl Journal {
    /// What is to be done at `now`.
    pub fn next(&self, now: Timestamp) -> Step {
        let new = self.new.as_ref();
        match (self.phase, self.then) {
            (Phase::Intended, _) => Step::CleanUp,
            (Phase::Returning, _) => new.map_or(Step::Nothing, |new| Step::Reactivate(new.id.clone())),
            (Phase::Created, _) => new.and_then(Key::pair).map_or(Step::Nothing, Step::Prove),
            (Phase::Proven, _) => Step::Replace,
            (Phase::Replaced, _) => Step::ProveInPlace,
            (Phase::InPlace, _) => Step::Deactivate(self.old.id.clone()),
            (Phase::Retired, Then::Keep) => Step::Rest(None),
            (Phase::Retired, Then::DeleteAfter(time)) if now < time => Step::Rest(Some(time)),
            (Phase::Retired, _) => Step::Delete(self.old.id.clone()),
            (Phase::Over, _) => Step::Nothing,
        }
    }

    /// The key was made.
    pub fn made(&mut self, new: KeyPair) {
        self.new = Some(Key { id: new.id, secret: Some(new.secret) });
        self.phase = Phase::Created;
    }

    /// Goes on from what came of `step`.
    pub fn after(&mut self, step: &Step, came: Came) {
        self.phase = match (step, came) {
            // The key that was there first is gone, so there is no way back.
            (Step::Reactivate(_), Came::Gone) => return self.turn(Phase::Created, Then::Delete),
            // Its secret is not here, so nothing can be proven or replaced; AWS says it is active.
            (Step::Reactivate(_), _) if self.new.as_ref().is_none_or(|new| new.secret.is_none()) => Phase::InPlace,
            (Step::Reactivate(_), _) => Phase::Created,
            // What was to come back does not work, so the other one stays; whoever knows more decides about the rest.
            (Step::Prove(_) | Step::ProveInPlace, Came::Refused) if self.undoes => {
                return self.turn(Phase::Proven, Then::Keep);
            }
            (Step::Prove(_) | Step::ProveInPlace, Came::Refused) => return self.undo(),
            (Step::Prove(_), _) => Phase::Proven,
            (Step::Replace, _) => Phase::Replaced,
            (Step::ProveInPlace, Came::Gone) => Phase::Proven,
            (Step::ProveInPlace, _) => Phase::InPlace,
            (Step::Deactivate(_), _) => Phase::Retired,
            (Step::CleanUp | Step::Delete(_), _) => Phase::Over,
            (Step::Rest(_) | Step::Nothing, _) => self.phase,
        };
    }

    /// Turns back, whatever was done. Does nothing where that is already on the way.
    pub fn undo(&mut self) {
        match self.phase {
            _ if self.undoes => {}
            Phase::Intended => self.undoes = true,
            // The old key is active, and nothing else stands anywhere.
            Phase::Created => self.turn(Phase::InPlace, Then::Delete),
            _ => self.turn(Phase::Returning, Then::Delete),
        }
    }

    /// Turns back where there is nothing to go back to: the first key stands nowhere, and another one has its place. The
    /// new key goes, and nothing is put anywhere. Does nothing once the first key may be inactive.
    pub fn abandon(&mut self) {
        if !self.undoes && matches!(self.phase, Phase::Created | Phase::Proven | Phase::Replaced) {
            self.turn(Phase::InPlace, Then::Delete);
        }
    }

    /// The two keys change places.
    fn turn(&mut self, phase: Phase, then: Then) {
        let Some(new) = self.new.take() else { return };
        self.new = Some(std::mem::replace(&mut self.old, new));
        (self.phase, self.then, self.undoes) = (phase, then, !self.undoes);
    }

    /// Time has passed since the last step: what worked in its place then has to be seen to work before the other key
    /// goes.
    pub fn resume(&mut self) {
        if self.phase == Phase::InPlace && self.new.as_ref().is_some_and(|new| new.secret.is_some()) {
            self.phase = Phase::Replaced;
        }
    }

    /// The key that signs, where keys sign for themselves: the one that is sure to work.
    pub fn signer(&self) -> &Key {
        match (self.phase, &self.new) {
            (Phase::InPlace | Phase::Retired, Some(new)) => new,
            _ => &self.old,
        }
    }

    /// The other key, where it may sign as well: making a key active takes nothing from anybody, and somebody may have
    /// switched off the one that was sure to work.
    pub fn second_signer(&self) -> Option<&Key> {
        self.new.as_ref().filter(|_| self.phase == Phase::Returning)
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::tests::journal;
    use super::*;

    /// What the service and the files hold.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct There {
        active: Vec<&'static str>,
        inactive: Vec<&'static str>,
        stands: &'static str,
    }

    fn known(id: &str) -> &'static str {
        if id == "OLD" { "OLD" } else { "NEW" }
    }

    impl There {
        fn at(phase: Phase) -> Self {
            let stands = if matches!(phase, Phase::Replaced | Phase::InPlace | Phase::Retired) { "NEW" } else { "OLD" };
            match phase {
                Phase::Intended => Self { active: vec!["OLD"], inactive: vec![], stands },
                Phase::Retired => Self { active: vec!["NEW"], inactive: vec!["OLD"], stands },
                _ => Self { active: vec!["OLD", "NEW"], inactive: vec![], stands },
            }
        }

        /// Does `step`. A key that works stands in the files at every moment, and who signs can.
        fn act(&mut self, journal: &Journal, step: &Step, refused: bool) -> Came {
            assert!(self.active.contains(&self.stands), "{self:?} {journal:?}");
            let asks_iam = matches!(step, Step::Reactivate(_) | Step::Deactivate(_) | Step::Delete(_));
            let signer = known(&journal.signer().id);
            assert!(!asks_iam || self.active.contains(&signer), "{self:?} {journal:?}");
            let new = known(journal.new.as_ref().map_or("OLD", |new| new.id.as_str()));
            match step {
                Step::Reactivate(id) | Step::Deactivate(id) => {
                    let id = known(id);
                    if !self.active.contains(&id) && !self.inactive.contains(&id) {
                        return Came::Gone;
                    }
                    self.active.retain(|key| *key != id);
                    self.inactive.retain(|key| *key != id);
                    let side = if matches!(step, Step::Reactivate(_)) { &mut self.active } else { &mut self.inactive };
                    side.push(id);
                }
                Step::Prove(_) if refused => return Came::Refused,
                Step::Replace => self.stands = new,
                Step::ProveInPlace if self.stands != new => return Came::Gone,
                Step::Delete(id) => {
                    assert!(!self.active.contains(&known(id)), "{self:?}");
                    self.inactive.retain(|key| *key != known(id));
                }
                _ => {}
            }
            assert!(self.active.contains(&self.stands), "after {step:?}: {self:?}");
            Came::Done
        }
    }

    fn run(journal: &mut Journal, there: &mut There, refused: bool) -> Step {
        for _ in 0..20 {
            match journal.next(journal.started_at) {
                step @ (Step::Rest(_) | Step::Nothing) => return step,
                step => {
                    let came = there.act(journal, &step, refused);
                    // Whoever is killed before that is written down does it again.
                    let again = there.act(journal, &step, refused);
                    assert!(came == again || matches!(step, Step::Delete(_)), "{step:?}");
                    journal.after(&step, came);
                }
            }
        }
        panic!("it does not end: {journal:?}")
    }

    const MADE: [Phase; 5] = [Phase::Created, Phase::Proven, Phase::Replaced, Phase::InPlace, Phase::Retired];

    #[test]
    fn from_everywhere_to_one_key() {
        for phase in MADE {
            let (mut at, mut there) = (journal(phase), There::at(phase));
            assert_eq!(run(&mut at, &mut there, false), Step::Nothing);
            assert_eq!(there, There { active: vec!["NEW"], inactive: vec![], stands: "NEW" }, "{phase:?}");
            assert!(at.phase == Phase::Over && !at.undoes);
        }
    }

    #[test]
    fn and_back() {
        for phase in MADE {
            for then in [Then::Delete, Then::Keep] {
                let (mut at, mut there) = (Journal { then, ..journal(phase) }, There::at(phase));
                at.undo();
                at.undo();
                assert_eq!(run(&mut at, &mut there, false), Step::Nothing);
                assert_eq!(there, There { active: vec!["OLD"], inactive: vec![], stands: "OLD" }, "{phase:?}");
                assert!(at.phase == Phase::Over && at.undoes && at.first().id == "OLD");
            }
        }
        let mut at = journal(Phase::Intended);
        at.undo();
        assert!(at.next(at.started_at) == Step::CleanUp && at.undoes);
    }

    #[test]
    fn there_is_no_way_back_to_a_key_that_is_gone() {
        let (mut at, mut there) = (journal(Phase::Retired), There::at(Phase::Retired));
        there.inactive.clear();
        at.undo();
        assert_eq!(run(&mut at, &mut there, false), Step::Nothing);
        assert_eq!((there.stands, there.active, at.undoes), ("NEW", vec!["NEW"], false));
    }

    #[test]
    fn a_key_that_never_works_goes() {
        let (mut at, mut there) = (journal(Phase::Created), There::at(Phase::Created));
        assert_eq!(run(&mut at, &mut there, true), Step::Nothing);
        assert_eq!(there, There { active: vec!["OLD"], inactive: vec![], stands: "OLD" });
    }

    #[test]
    fn where_the_first_key_does_not_come_back_the_other_one_stays() {
        for then in [Then::Delete, Then::Keep] {
            let (mut at, mut there) = (Journal { then, ..journal(Phase::Retired) }, There::at(Phase::Retired));
            at.undo();
            let step = at.next(at.started_at);
            let came = there.act(&at, &step, false);
            at.after(&step, came);
            at.after(&Step::Prove(at.new.as_ref().unwrap().pair().unwrap()), Came::Refused);
            assert!(!at.undoes && at.first().id == "OLD");
            assert_eq!(run(&mut at, &mut there, false), Step::Rest(None));
            assert_eq!(there, There { active: vec!["NEW"], inactive: vec!["OLD"], stands: "NEW" });
        }
    }

    #[test]
    fn where_nothing_is_to_come_back_only_the_new_key_goes() {
        for phase in [Phase::Created, Phase::Proven, Phase::Replaced] {
            let mut at = journal(phase);
            at.abandon();
            at.abandon();
            assert!(at.undoes && at.first().id == "OLD");
            assert_eq!(at.next(at.started_at), Step::Deactivate("NEW".into()));
        }
        let mut at = journal(Phase::InPlace);
        at.abandon();
        assert_eq!(at, journal(Phase::InPlace));
    }

    #[test]
    fn what_was_in_place_is_proven_again() {
        let mut at = journal(Phase::InPlace);
        at.resume();
        assert_eq!(at.next(at.started_at), Step::ProveInPlace);
        let mut at = journal(Phase::InPlace);
        at.new.as_mut().unwrap().secret = None;
        at.resume();
        assert_eq!(at.next(at.started_at), Step::Deactivate("OLD".into()));
    }

    #[test]
    fn the_old_key_can_stay() {
        let mut at = Journal { then: Then::Keep, ..journal(Phase::InPlace) };
        let mut there = There::at(Phase::InPlace);
        assert_eq!(run(&mut at, &mut there, false), Step::Rest(None));
        assert_eq!(there.inactive, ["OLD"]);
        assert!(at.rests());
        let time = at.started_at + jiff::SignedDuration::from_secs(1);
        at.then = Then::DeleteAfter(time);
        assert_eq!(at.next(at.started_at), Step::Rest(Some(time)));
        assert_eq!(at.next(time), Step::Delete("OLD".into()));
    }
}
