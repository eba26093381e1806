/**
 * Other words for what models call their classes: common words, British and American spellings, what people type. Packs
 * cannot carry any, so they stand here.
 */

/** What people call some classes besides their names, by class id. @type {Readonly<Record<string, string>>} */
const OF_CLASSES = Object.freeze({
  noto: "google",
  "noto-v1": "blob android",
  fxemoji: "firefox mozilla",
  fluent: "microsoft 3d glossy",
  "fluent-flat": "microsoft",
  twemoji: "twitter",
  emojione: "joypixels",
});

/** A word, or a few, and what is meant by it: what a class is called. The first that a model has is taken. */
const MEANT = `
gray: grey | blonde, fair, fair hair, light hair, golden: blond | ginger, redhead, redhaired, auburn: red hair | brunette: brown hair
dark hair: black hair | white hair, old: grey hair | violet, lilac, magenta: purple | rose, pinkish: pink | turquoise, navy, cyan: blue
orange, apricot: peach | yellowish, gold: yellow | lilac background, violet background, purple background: lavender
hairless, no hair, shaved: bald | hat, cap, hood, headscarf, hijab, turban, beanie: covered | ponytail, bun, braid, braids, pigtails, updo: tied up
bob, shoulder: medium | short haired: short | long haired: long
smile, smiles, happy, cheerful, glad, friendly, joyful: smiling, grinning | laugh, laughs, lol, haha, funny, amused: laughing, tears of joy, grinning
frown, frowning, unhappy, sorrowful, crying, upset: sad, crying | mad, cross, furious, annoyed, grumpy, rage: angry
shocked, astonished, amazed, wow, surprise, scared: surprised, astonished | serious, calm, plain, expressionless: neutral
spectacles, specs, eyeglasses, bespectacled: glasses | shades, dark glasses, sun glasses: sunglasses
mustache, whiskers: moustache | bearded, goatee: beard | unshaven, three day beard: stubble | clean shaven, shaven, beardless: no beard
pale, fair skin, white skin, pale skin: light skin | tanned, olive: tan | black skin: dark skin
car, auto: automobile | kitty, kitten: cat | puppy, doggy, pooch: dog | bunny: rabbit | bike: bicycle | plane, aeroplane: airplane
phone, cellphone, smartphone: mobile phone, telephone | tv, telly: television | pc, notebook: laptop, computer | boat, ship: ship, sailboat
burger: hamburger | chips, fries: french fries | coffee, tea: hot beverage, teacup | beer, pint: beer mug | wine: wine glass
poo, turd, shit: pile of poo | love, lovely: heart, red heart | like, thumb: thumbs up | ok, okay: ok hand | house, home: house
present, gift: wrapped gift | xmas: christmas tree | moon: crescent moon, full moon | sunshine, sunny: sun | rainy: umbrella, cloud with rain
snow, winter: snowflake, snowman | stars: star | hooray, party: party popper, partying face | sleepy, tired: sleepy face, sleeping face
ill, sick: face with thermometer, nauseated face | cool: smiling face with sunglasses | robot, android: robot | skeleton: skull
woman, lady: woman | man, guy: man | girl, lass: girl | boy, lad: boy | child, kid, toddler: child, baby | people: person
aubergine, eggplant: eggplant, aubergine | courgette, zucchini: courgette, cucumber | corn, maize: ear of corn | strawberries: strawberry
tee, tshirt: t-shirt | jumper, sweatshirt: hoodie | coat, jacket: coat or jacket, coat | pants: trousers, jeans | sneakers, trainers: shoes, running shoe
`;

/** @type {Map<string, readonly string[]>} */
const meant = new Map();
for (const entry of MEANT.split(/[|\n]/)) {
  const [said, names] = entry.split(":").map((list) => list.split(",").map((text) => text.trim().replace(/-/g, " ")));
  if (names) for (const one of said) meant.set(one, names);
}

/** @param {string} said folded words @returns {readonly string[]} what they may mean, folded; nothing if that is not known */
export const meantBy = (said) => meant.get(said) ?? [];

/** The longest entry has so many words. */
export const MOST_WORDS = Math.max(...[...meant.keys()].map((said) => said.split(" ").length));

/** Other words for a class. @param {import("./description.js").Class} one @returns {string[]} */
export const aliasesOf = ({ id }) => (Object.hasOwn(OF_CLASSES, id) ? OF_CLASSES[id].split(" ") : []);
