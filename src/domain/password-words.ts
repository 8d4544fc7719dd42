/**
 * What people choose passwords of. Written for this program, from what lists of common passwords have at their top in
 * every year: names, months, teams, keys of the keyboard, and what the prompt suggests. It is no copy of such a list and
 * needs none, for at twelve characters and more people put two or three of these together, which password.ts takes apart.
 */
const text = `
password passwort passwd pass passw0rd motdepasse contrasena contrasenya senha salasana wachtwoord haslo heslo parola losenord
secret geheim geheimnis private access login logon logmein letmein signin welcome welkom willkommen bienvenue bienvenido
bemvindo benvenuto hello hallo hola bonjour ciao hej goodbye please enter open opensesame sesame abracadabra
admin administrator administrador root super superuser supervisor sysadmin system user username guest test testing tester
default change changeme changeit temp temporary example sample demo trial setup install config server service database
backup office company business computer internet network laptop desktop windows microsoft apple google android iphone
samsung facebook instagram twitter whatsapp youtube amazon netflix linkedin oracle linux ubuntu debian docker kubernetes
postgres mysql sqlite cisco dell lenovo nokia sony intel github gitlab jira slack salesforce
kaiten license entitlement customer organization console account owner manager director support helpdesk
love iloveyou loveyou loveme lovely lover baby babygirl babyboy sweet sweety sweetheart honey darling angel princess prince
queen king kiss kisses heart forever always together mine friend friends family mother father mama papa mommy daddy mom dad
sister brother wife husband girl boy girls boys man woman lady sexy hot cool cute pretty beautiful happy smile lucky
monkey dragon tiger lion eagle wolf bear panda kitty kitten puppy doggy dog cat horse bunny rabbit chicken turtle dolphin
shark snake spider butterfly bird phoenix falcon hawk cobra bulldog panther jaguar mustang pony unicorn dinosaur elephant
football fussball soccer baseball basketball hockey tennis golf rugby cricket volleyball swimming running fitness
arsenal chelsea liverpool manchester united everton tottenham barcelona realmadrid madrid juventus milan inter bayern
dortmund ajax benfica celtic rangers yankees lakers cowboys steelers packers patriots eagles raiders ferrari porsche
mercedes bmw audi toyota honda yamaha harley corvette camaro
michael jordan jennifer jessica michelle daniel david robert thomas andrew joshua matthew anthony william charlie charles
george henry james john joseph richard steven brandon nicholas christian christopher patrick justin tyler austin hunter
ashley amanda nicole samantha stephanie melissa elizabeth victoria sarah laura anna maria martina andrea alexander alex
alexandra sandra claudia julia sophie sophia emma hannah olivia emily lena lisa peter paul markus stefan martin tobias
sebastian florian juan carlos jose antonio manuel miguel pedro luis fernando alejandro gabriel pierre nicolas julien
marie camille giovanni giuseppe francesco marco luca ahmed mohamed muhammad ali fatima omar hassan ivan dmitri sergey
natasha olga yuki sakura hiroshi kenji wei ming
maggie buddy bailey max rocky jake lucy molly sophie ginger pepper shadow bandit smokey tigger snoopy garfield
superman batman spiderman ironman wolverine hulk thor avengers joker pokemon pikachu naruto goku zelda mario sonic
minecraft fortnite roblox callofduty starwars skywalker jedi vader yoda gandalf hobbit frodo matrix neo terminator
startrek enterprise hogwarts harrypotter potter trustno godzilla merlin wizard warrior knight ninja samurai pirate hacker
killer master monster legend hero ghost demon devil lucifer diablo heaven jesus christ god blessed faith hope grace
metallica nirvana slipknot eminem rockstar rocknroll guitar music player gamer
sunshine moonlight sunny rainbow flower rose lily daisy orange banana strawberry cherry lemon apple peaches cookie cookies
chocolate candy sugar coffee butter cheese pizza burger sushi whiskey vodka tequila guinness heineken
summer winter spring autumn fall sommer herbst verano invierno ete hiver january february march april may june july august
september october november december januar februar maerz juni juli oktober dezember
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
today tomorrow yesterday morning night midnight
black white green blue red yellow purple silver golden gold diamond crystal pearl ruby sapphire
america american usa england london paris berlin munich vienna zurich geneva london newyork boston chicago dallas texas
california florida hollywood vegas canada australia sydney deutschland germany france italia italy espana spain mexico
brasil brazil argentina india japan tokyo osaka china korea russia moscow poland warsaw turkey istanbul switzerland europe
freedom liberty peace power money cash dollar rich million dream dreams magic mystery nature ocean river mountain earth
world planet galaxy cosmos space star stars moon sunset fire water thunder lightning storm snow crazy stupid fuck fuckyou
fuckoff asshole bitch shit bullshit whatever nothing something anything everything nobody somebody
correct battery staple
one two three four five six seven eight nine ten zero number letter word the and you are for not with this that from
your have our is it be to my me in of on at no so do go we us
qwerty qwertz azerty qwert asdf zxcv
`

/** Without letter case, and without what spells letters in digits and signs. */
export const passwordWords: ReadonlySet<string> = new Set(text.trim().split(/\s+/))

/** Whole phrases that are famous: long, and guessed first. */
export const famousPhrases: readonly string[] = `
correct horse battery staple
the quick brown fox jumps over the lazy dog
to be or not to be that is the question
may the force be with you
i am your father
live long and prosper
winter is coming
one ring to rule them all
in the beginning god created the heaven and the earth
the lord is my shepherd i shall not want
our father who art in heaven
for god so loved the world
i have a dream
never gonna give you up
let me in please
open the pod bay doors
all your base are belong to us
hello darkness my old friend
somewhere over the rainbow
twinkle twinkle little star
mary had a little lamb
lorem ipsum dolor sit amet consectetur
once upon a time in a land far far away
four score and seven years ago
we the people of the united states
liberte egalite fraternite
carpe diem quam minimum credula postero
veni vidi vici
cogito ergo sum
this is my password
i forgot my password
you shall not pass
there is no place like home
elementary my dear watson
houston we have a problem
`
  .trim()
  .split('\n')
  .map(phrase => phrase.replaceAll(' ', ''))

/** Paths of fingers over keyboards, and what everybody can count. A walk is a part of one of these, in either direction. */
export const walks: readonly string[] = `
1234567890 0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn
qwertyuiopasdfghjklzxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ 1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgbyhnujmikolp
qawsedrftgyhujikolp 1a2b3c4d5e6f7g8h9i0j a1b2c3d4e5f6g7h8i9j0 !@#$%^&*() !"§$%&/()= 147258369 159357 741852963 zaqxswcdevfrbgtnhymju
112233445566778899 11223344556677889900 aabbccddeeffgghh 13579 24680 102030405060708090 123123 abcabc
`
  .trim()
  .split(/\s+/)
