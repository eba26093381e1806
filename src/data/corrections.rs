//! Icon names that no rule can read, sorted out by eye.
//!
//! The oldest set, `fxemoji`, has names of its own making ("grinwideeyes"), misspellings, and names
//! whose meaning has moved since: its "cat" is the face and its "catside" the animal. Every row was
//! checked against the picture. Pictures that are broken, or that show something else than every
//! other set does, have no slug: they are left out.

/// The corrections for the style `id`: icon name, and the slug of the emoji that it draws (empty
/// if it draws none).
pub fn of(id: &str) -> Vec<(&'static str, &'static str)> {
    let table = match id {
        "fxemoji" => FXEMOJI,
        // The bat and ball, not the insect.
        "emojione" | "noto-v1" => "cricket",
        // Broken when they were packed: a red block, a grey box, half a disc.
        "fluent" => "bird\nface-in-clouds\nflying-disc",
        _ => "",
    };
    table.lines().map(|row| row.split_once(' ').unwrap_or((row, ""))).collect()
}

const FXEMOJI: &str = "\
2hearts two-hearts
acorn chestnut
americasglobe globe-showing-americas
anger anger-symbol
angry angry-face
anguish anguished-face
aok ok-hand
asiaaustraliaglobe globe-showing-asia-australia
astonished astonished-face
aubergine eggplant
bactriancamel two-hump-camel
banknotedollar dollar-banknote
banknoteeuro euro-banknote
banknotepound pound-banknote
banknoteyen yen-banknote
basketballandhoop basketball
bath person-taking-bath
beachumbrella beach-with-umbrella
bellcancellation bell-with-slash
bicyclist person-mountain-biking
billiards pool-8-ball
blackclubsuit club-suit
blackdiamondsuit diamond-suit
blackheartsuit heart-suit
blackscissors scissors
blackskullcrossbones skull-and-crossbones
blackspadesuit spade-suit
blacktelephone telephone
blonde person-blond-hair
bolt high-voltage
bookmarktab bookmark-tabs
boot woman-s-boot
bow ribbon
bowing person-bowing
bride person-with-veil
bunny rabbit-face
bunny-ears people-with-bunny-ears
bunnyside rabbit
cat cat-face
catside cat
cellphone mobile-phone
chartdownwardstrend chart-decreasing
chartupwardstrend chart-increasing
chartupwardstrendyen chart-increasing-with-yen
chilipepper hot-pepper
clap clapping-hands
clock12oclock twelve-o-clock
clock12thirty twelve-thirty
clock1oclock one-o-clock
clock1thirty one-thirty
clock2oclock two-o-clock
clock2thirty two-thirty
clock3oclock three-o-clock
clock3thirty three-thirty
clock4oclock four-o-clock
clock4thirty four-thirty
clock5thirty five-thirty
clock6oclock six-o-clock
clock6thirty six-thirty
clock7oclock seven-o-clock
closedmailboxlowered closed-mailbox-with-lowered-flag
closedmailboxraised closed-mailbox-with-raised-flag
coldsweat anxious-face-with-sweat
compression clamp
confetti confetti-ball
confounded confounded-face
confused confused-face
construct construction-worker
construction building-construction
constructionsign construction
contact bust-in-silhouette
contact2 busts-in-silhouette
controlknob control-knobs
cop police-officer
couple couple-with-heart
couplekiss kiss
crying crying-face
curryandrice curry-rice
daggerknife dagger
dancer woman-dancing
darksunglasses sunglasses
dash dashing-away
devilhorns smiling-face-with-horns
disappointed disappointed-face
dissapointedrelief sad-but-relieved-face
dizzyface face-with-crossed-out-eyes
dog dog-face
dogside dog
doveofpeace dove
down backhand-index-pointing-down
dragonhead dragon-face
dragonside dragon
dromedarycamel camel
earofmaize ear-of-corn
earofrice sheaf-of-rice
electrictorch flashlight
envelopedownarrowabove envelope-with-arrow
europeafricaglobe globe-showing-europe-africa
europeancastle castle
europeanpostoffice post-office
evergreen evergreen-tree
expressionless expressionless-face
fallingleaf fallen-leaf
fatherchristmas santa-claus
fearful fearful-face
fireworksparkler sparkler
fishcakeswirl fish-cake-with-swirl
fishingpoleandfish fishing-pole
fistedhand oncoming-fist
flexbicep flexed-biceps
flushed flushed-face
forkknife fork-and-knife-with-plate
framewithpicture framed-picture
frontfacingchick front-facing-baby-chick
frown person-frowning
frownmouth frowning-face-with-open-mouth
gem gem-stone
girlgirl women-holding-hands
girlguy woman-and-man-holding-hands
gma old-woman
golfer person-golfing
gpa old-man
grimacing grimacing-face
grin grinning-face
grineyes beaming-face-with-smiling-eyes
grinsquint grinning-squinting-face
grinsweat grinning-face-with-sweat
grintears face-with-tears-of-joy
grinwide grinning-face-with-big-eyes
grinwideeyes grinning-face-with-smiling-eyes
guapimao person-with-skullcap
guardsman guard
guyguy men-holding-hands
haircut person-getting-haircut
halo smiling-face-with-halo
hampster hamster
hand raised-hand
handheldvideocamera video-camera
hands open-hands
handup person-raising-hand
headmassage person-getting-massage
heartarrow heart-with-arrow
hearteyes smiling-face-with-heart-eyes
heartgreen green-heart
heartpurple purple-heart
heartribbon heart-with-ribbon
heartyellow yellow-heart
heels high-heeled-shoe
high5 raising-hands
highspeedtrainbulletnose bullet-train
hocho kitchen-knife
hourglassflowingsand hourglass-not-done
housebuilding house
housebuildings houses
hundredpointssymbol hundred-points
hushed hushed-face
imp angry-face-with-horns
index index-pointing-up
izakayalantern red-paper-lantern
japaneseangrymask goblin
keyboard
kiss kissing-face
kissclosedeyes kissing-face-with-closed-eyes
kisseyes kissing-face-with-smiling-eyes
kissing face-blowing-a-kiss
leaffluttering leaf-fluttering-in-wind
left backhand-index-pointing-left
leftmagnifyingglass magnifying-glass-tilted-left
leftwritinghand writing-hand
leopardside leopard
linksymbol link
lock locked
lockandkey locked-with-key
lockwithinkpen locked-with-pen
loudlycrying loudly-crying-face
lowerleftcrayon crayon
lowerleftfountainpen fountain-pen
lowerleftpaintbrush paintbrush
lowerleftpen pen
mahjong mahjong-red-dragon
makeupbag clutch-bag
maninbusinesssuitlevitating person-in-suit-levitating
manltepiececlock mantelpiece-clock
mansshirt t-shirt
medicalmask face-with-medical-mask
mensrunner running-shoe
mensshoe man-s-shoe
meridianglobe globe-with-meridians
minidisc computer-disk
monkeyhear hear-no-evil-monkey
monkeysee see-no-evil-monkey
monkeyspeak speak-no-evil-monkey
mouse mouse-face
mouseside mouse
moyai moai
multiplemusicalnotes musical-notes
neutral neutral-face
newmoonwithface new-moon-face
nogesture person-gesturing-no
nomouth face-without-mouth
notebookdecorativecover notebook-with-decorative-cover
okgesture person-gesturing-ok
oldpersonalcomputer laptop
openlock unlocked
openmailboxlowered open-mailbox-with-lowered-flag
openmailboxraised open-mailbox-with-raised-flag
openmouth face-with-open-mouth
opticaldisc optical-disk
outbox outbox-tray
pensive pensive-face
perservere persevering-face
phonerightarrowleft mobile-phone-with-arrow
pig pig-face
pigside pig
pigsnout pig-nose
pinkwallet purse
playingcardblackjoker joker
policecarsrevolvinglight police-car-light
poo pile-of-poo
pout person-pouting
pouting enraged-face
pray folded-hands
present wrapped-gift
racecar racing-car
raincloud cloud-with-rain
raisedhandpartfingers vulcan-salute
raisedhandsfingerssplayed hand-with-fingers-splayed
recreationalvehicle sport-utility-vehicle
relieved relieved-face
reminder reminder-ribbon
reversehandmiddlefinger middle-finger
right backhand-index-pointing-right
rightmagnifyingglass magnifying-glass-tilted-right
rowboat person-rowing-boat
running person-running
sakebottleandcup sake
sandals woman-s-sandal
schoolsatchel backpack
screamfear face-screaming-in-fear
sheep ewe
silhouetteohjapan map-of-japan
skiandskiboot skis
sleeping sleeping-face
sleepy sleepy-face
sleuthspy detective
sliceofpizza pizza
smallfrown slightly-frowning-face
smallsmile slightly-smiling-face
smileeyes smiling-face-with-smiling-eyes
smiletongue face-savoring-food
smirk smirking-face
smokingsymbol cigarette
snowcloud cloud-with-snow
snowmountains snow-capped-mountain
speaker speaker-low-volume
speaker3soundwaves speaker-high-volume
speakercancellation muted-speaker
speakeronesoundwave speaker-medium-volume
speakingheadinsilhouette speaking-head
speechbubble speech-balloon
spiralcalendarpad spiral-calendar
spurtingwhale spouting-whale
steamlocomotive locomotive
stormcloud cloud-with-lightning
studiomic studio-microphone
sunglasses smiling-face-with-sunglasses
sunraincloud sun-behind-rain-cloud
sunrays sun
sunsetoverbuildings sunset
surfer person-surfing
sweat downcast-face-with-sweat
sweatsplash sweat-droplets
swimming person-swimming
telephonereceiver2 telephone-receiver
tennisball tennis
thoughtbaloon thought-balloon
tie necktie
tiger tiger-face
tigerside tiger
tired tired-face
tongueout face-with-tongue
tongueoutwink winking-face-with-tongue
tongueoutwink2 squinting-face-with-tongue
toykotower tokyo-tower
tramcar
triumph face-with-steam-from-nose
turban person-wearing-turban
twobuttonmouse computer-mouse
unamused unamused-face
up backhand-index-pointing-up
videocasette videocassette
waitress person-tipping-hand
walking person-walking
waningbibbousmoon waning-gibbous-moon
wave water-wave
waving waving-hand
weary weary-face
weightlifter person-lifting-weights
whitesmilingface smiling-face
window
winking winking-face
wiredkeyboard keyboard
womansshirt woman-s-clothes
worried worried-face";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_and_every_slug_occurs_once() {
        let (icons, slugs): (Vec<&str>, Vec<&str>) = of("fxemoji").into_iter().unzip();
        for mut list in [icons, slugs] {
            list.retain(|name| !name.is_empty());
            let before = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), before);
        }
        assert!(of("fxemoji").contains(&("catside", "cat")));
        assert!(of("fxemoji").contains(&("window", "")));
        assert_eq!(of("fluent").len(), 3);
        assert!(of("noto").is_empty());
    }
}
