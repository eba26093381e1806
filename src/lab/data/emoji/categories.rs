//! Categories: Unicode subgroups, the tiny ones merged.
//!
//! A class that is trained on needs examples. Subgroups of fewer than eight concepts join the
//! nearest one of their group; the table says which, rather than a rule, because nearness here is
//! a matter of what the pictures look like.

/// A category: id, name for people, the subgroups that it takes.
pub const CATEGORIES: [(&str, &str, &[&str]); 58] = [
    ("face-smiling", "Smiling faces", &["face-smiling", "face-tongue", "face-hat", "face-glasses"]),
    ("face-affection", "Affectionate faces", &["face-affection"]),
    ("face-neutral", "Neutral and sceptical faces", &["face-neutral-skeptical", "face-hand"]),
    ("face-unwell", "Tired and ill faces", &["face-unwell", "face-sleepy"]),
    ("face-concerned", "Worried faces", &["face-concerned"]),
    ("face-negative", "Angry faces", &["face-negative"]),
    ("face-costume", "Creatures", &["face-costume"]),
    ("animal-face", "Cat and monkey faces", &["cat-face", "monkey-face"]),
    ("heart", "Hearts", &["heart"]),
    ("emotion", "Emotions", &["emotion"]),
    ("hand-fingers-open", "Open hands", &["hand-fingers-open"]),
    ("hand-signs", "Hand signs", &["hand-fingers-partial", "hand-single-finger"]),
    ("hands", "Fists, pairs of hands", &["hands", "hand-fingers-closed", "hand-prop"]),
    ("body-parts", "Body parts", &["body-parts"]),
    ("person", "Persons", &["person"]),
    ("person-gesture", "Gestures", &["person-gesture"]),
    ("person-role", "Professions", &["person-role"]),
    ("person-fantasy", "Fantasy figures", &["person-fantasy"]),
    ("person-activity", "Persons in action", &["person-activity", "person-resting"]),
    ("person-sport", "Athletes", &["person-sport"]),
    ("family", "Families", &["family", "person-symbol"]),
    ("animal-mammal", "Mammals", &["animal-mammal"]),
    ("animal-bird", "Birds", &["animal-bird"]),
    ("animal-reptile", "Reptiles and amphibians", &["animal-reptile", "animal-amphibian"]),
    ("animal-marine", "Sea animals", &["animal-marine"]),
    ("animal-bug", "Bugs", &["animal-bug"]),
    ("plant-flower", "Flowers", &["plant-flower"]),
    ("plant-other", "Plants", &["plant-other"]),
    ("food-fruit", "Fruit", &["food-fruit"]),
    ("food-vegetable", "Vegetables", &["food-vegetable"]),
    ("food-prepared", "Meals", &["food-prepared"]),
    ("food-asian", "Asian food", &["food-asian"]),
    ("food-sweet", "Sweets", &["food-sweet"]),
    ("drink", "Drinks and dishes", &["drink", "dishware"]),
    ("place-geographic", "Landscapes and globes", &["place-geographic", "place-map"]),
    ("place-building", "Buildings", &["place-building", "place-religious"]),
    ("place-other", "Places", &["place-other", "hotel"]),
    ("transport-ground", "Vehicles", &["transport-ground"]),
    ("transport-water", "Ships", &["transport-water"]),
    ("transport-air", "Aircraft", &["transport-air"]),
    ("time", "Clocks", &["time"]),
    ("sky-weather", "Sky and weather", &["sky-weather"]),
    ("event", "Festivities and medals", &["event", "award-medal"]),
    ("sport", "Sports", &["sport"]),
    ("game", "Games, arts and crafts", &["game", "arts-crafts"]),
    ("clothing", "Clothing", &["clothing"]),
    ("sound", "Sound and music", &["sound", "music"]),
    ("musical-instrument", "Musical instruments", &["musical-instrument"]),
    ("computer", "Computers and phones", &["computer", "phone"]),
    ("light-video", "Light, film and video", &["light-video"]),
    ("book-paper", "Books, paper and pens", &["book-paper", "writing"]),
    ("money", "Money", &["money"]),
    ("mail", "Mail", &["mail"]),
    ("office", "Office", &["office"]),
    ("tool", "Tools and locks", &["tool", "lock"]),
    ("science", "Science and medicine", &["science", "medical"]),
    ("household", "Household", &["household"]),
    ("other-object", "Other objects", &["other-object"]),
];

/// Index of the category that takes `subgroup`.
pub fn of(subgroup: &str) -> Option<usize> {
    CATEGORIES.iter().position(|(_, _, subgroups)| subgroups.contains(&subgroup))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_subgroups_occur_once() {
        let mut ids: Vec<&str> = CATEGORIES.iter().map(|(id, ..)| *id).collect();
        let mut subgroups: Vec<&str> =
            CATEGORIES.iter().flat_map(|(.., subgroups)| subgroups.iter().copied()).collect();
        for list in [&mut ids, &mut subgroups] {
            let before = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), before);
        }
        assert_eq!(of("drink"), of("dishware"));
        assert_eq!(of("country-flag"), None);
    }
}
