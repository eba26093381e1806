//! What to draw, by name.

use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::{Error, Result};

/// A class prompt by name; an axis left out means "any", see [`complete`](super::complete).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Id of a style.
    pub style: Option<String>,
    /// Id of a category. Where a concept is given, its own category stands.
    pub category: Option<String>,
    /// Id of a concept.
    pub concept: Option<String>,
}

impl Prompt {
    /// Looks the names up. Fails on unknown ones, and on a concept that is not of the category.
    pub fn resolve(&self, classes: &ClassTable) -> Result<Condition> {
        let style = self.style.as_deref().map(|id| classes.style(id)).transpose()?;
        let category = self.category.as_deref().map(|id| classes.category(id)).transpose()?;
        let concept = self.concept.as_deref().map(|id| classes.concept(id)).transpose()?;
        let Some(index) = concept else {
            return Ok(Condition { style, category, concept });
        };
        let own = classes.concepts[index].category;
        if category.is_some_and(|asked| asked != own) {
            return Err(Error::BadRequest(format!(
                "\"{}\" belongs to the category \"{}\". Ask for that one, or for any.",
                classes.concepts[index].id, classes.categories[own].id
            )));
        }
        Ok(Condition { style, category: Some(own), concept })
    }

    /// The names of a condition, the other way round. An index outside the table has no name.
    pub fn of(condition: Condition, classes: &ClassTable) -> Self {
        let Condition { style, category, concept } = condition;
        Self {
            style: style.and_then(|at| classes.styles.get(at)).map(|s| s.id.clone()),
            category: category.and_then(|at| classes.categories.get(at)).map(|c| c.id.clone()),
            concept: concept.and_then(|at| classes.concepts.get(at)).map(|c| c.id.clone()),
        }
    }
}
