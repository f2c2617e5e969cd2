package issuer

import (
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

// DemoData is what `usher demo` seeds: Emily Hart, whose password the caller chooses, and fourteen
// travel posts.
func DemoData(password string) SeedData {
	return SeedData{
		Users: []SeedUser{{SignUp: wire.SignUp{Username: "emily", Email: "emily.hart@example.com", Password: password,
			FirstName: "Emily", LastName: "Hart", Gender: "female"}}},
		Posts: demoPosts(),
	}
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }

func demoPosts() []SeedPost {
	return []SeedPost{
		{Title: "First light on the Three Peaks", Place: "Tre Cime, Dolomites", Country: "Italy", Author: "Jonas Pichler", Likes: 428, Age: days(.4), Scene: "alps",
			Tags: []string{"mountains", "sunrise", "hut to hut"},
			Body: `We left the hut at four, with one lamp between us and a flask of something the keeper called coffee. The path is wide here, an old supply road, and in the dark you walk it by the sound of your own boots.

Then the sky behind the towers went from ink to peach in the time it takes to eat a biscuit. For ten minutes nobody on the saddle spoke. The rock does not reflect the light so much as hold it, as if somebody had lit the stone from inside.

Take the loop against the clock. You will have the north faces to yourself until nine, and the apple strudel at Langalm will still be warm when you get there.`},
		{Title: "The tram that climbs to the view", Place: "Alfama, Lisbon", Country: "Portugal", Author: "Marta Oliveira", Likes: 316, Age: days(1.2), Scene: "city",
			Tags: []string{"city", "slow travel", "food"},
			Body: `Everybody queues for the 28. Let them. Walk two streets down, wait for the 12, and for the price of a coffee you get the same wooden benches, the same brass bell and a window of your own.

Alfama is best read from the bottom up. Begin at the fish stalls, lose the map at the first staircase, and follow the laundry. Each terrace gives you a bit more river, until the last one gives you all of it.

Stay for the hour after sunset. The roofs go from orange to rose, somebody on the third floor practises the same four bars of fado, and a plate of grilled sardines costs less than the view would anywhere else.`},
		{Title: "Four nights under a green sky", Place: "Reine, Lofoten", Country: "Norway", Author: "Ingrid Solberg", Likes: 702, Age: days(2.1), Scene: "aurora",
			Tags: []string{"aurora", "winter", "photography"},
			Body: `The forecast said three out of nine, which is the number that means "go to bed". We made soup instead, and at eleven the cabin door blew open and the fjord was green.

It moves faster than the pictures tell you. A ribbon comes over the ridge, folds, and is gone before your eyes have widened enough to see it properly. Leave the camera on its tripod, set it to ten seconds, and look with your own eyes.

Bring wool, not heroics. The sea keeps these islands mild, and the red cabins on stilts have stoves that could dry a whale.`},
		{Title: "Tea before the fog lifts", Place: "Munnar, Kerala", Country: "India", Author: "Anand Menon", Likes: 254, Age: days(3.3), Scene: "hills",
			Tags: []string{"hills", "tea", "walking"},
			Body: `At six the hills are only a rumour. You hear the pickers before you see them, a quick clipping sound that moves along the rows, and laughter from somewhere above your head.

By seven the fog has slid down into the valley and the whole slope stands there combed, row behind row, each with its own shade of green. A foreman will happily explain why two leaves and a bud, and why never the third leaf.

Walk the contour path to the old factory. They roast at noon, and the smell reaches the road long before the building does.`},
		{Title: "What the dunes do at night", Place: "Erg Chebbi, Merzouga", Country: "Morocco", Author: "Salma Idrissi", Likes: 531, Age: days(4.6), Scene: "desert",
			Tags: []string{"desert", "camping", "stars"},
			Body: `The camels know when the sun is about to go. They slow down by themselves on the last crest and stand there, as though they had been told that this is where people want to stop.

After dark the sand gives back the heat of the day, and the dunes hum. It is only air, moving between grains, but it is a strange comfort to fall asleep on something that sings.

Ask for the small camp, not the one with the generator. You will have fewer cushions and about four thousand more stars.`},
		{Title: "Rowing across a mirror", Place: "Lake Bled", Country: "Slovenia", Author: "Luka Kranjc", Likes: 289, Age: days(6), Scene: "lake",
			Tags: []string{"lake", "family", "easy"},
			Body: `Hire the boat at seven, when the man at the jetty is still sweeping. Until the first wind comes at nine the lake is a sheet of glass, and every stroke of the oars draws a line that stays.

The island takes twenty minutes if you row and forty if the children do. There are ninety-nine steps to the church, a bell you may ring for a wish, and a bakery that makes the wish seem modest.

Then walk the whole shore, six flat kilometres, and jump in wherever the ladder is free.`},
		{Title: "The old post road, on foot", Place: "Magome to Tsumago, Kiso Valley", Country: "Japan", Author: "Haruka Mori", Likes: 467, Age: days(7.5), Scene: "forest",
			Tags: []string{"forest", "history", "day walk"},
			Body: `Eight kilometres, one pass, two villages with their cables buried so that the street looks as it did when messengers ran it. The station sends your bag ahead for the price of lunch.

In between there is cedar forest, so tall that the light arrives already green. Every few hundred metres hangs a brass bell for the bears. You will ring each of them. Everybody does.

Half way, an old man keeps a tea house on nothing but donations. He will ask where you come from and put a pin in a map that has almost no room left.`},
		{Title: "Red walls, slow river", Place: "Fish River Canyon", Country: "Namibia", Author: "Tuli Shikongo", Likes: 198, Age: days(9.2), Scene: "canyon",
			Tags: []string{"canyon", "trekking", "five days"},
			Body: `It takes ninety minutes to climb down and five days to come out again. There is no path, no hut and no signal, only the river, which is never in a hurry and turns wherever it likes.

You learn to read the walls. Pale bands mean shade until ten; dark ones hold the warmth for the night. By the third day we moved only before breakfast and after four.

The hot spring at kilometre fifty-two is exactly as good as you imagine for all the fifty-one before it.`},
		{Title: "A ferry for every mood", Place: "Naxos and the Small Cyclades", Country: "Greece", Author: "Eleni Vasilaki", Likes: 388, Age: days(11), Scene: "islands",
			Tags: []string{"islands", "sea", "ferries"},
			Body: `There is a fast boat, and there is the Skopelitis, which has carried goats, brides and refrigerators between these islands for longer than I have been alive. Take the Skopelitis.

It stops wherever somebody is waiting. On Schinoussa you get off for a swim, because the captain is having his coffee. On Koufonisia the water has a colour that nobody at home will believe.

Book nothing but the first night. The rest happens on the quay, where somebody's aunt holds up a sign that says "Rooms" and means her own balcony.`},
		{Title: "The mountain keeps its own clock", Place: "Acatenango", Country: "Guatemala", Author: "Diego Ajú", Likes: 615, Age: days(13.4), Scene: "volcano",
			Tags: []string{"volcano", "overnight", "hard"},
			Body: `You climb one volcano to watch another. Five hours through maize, cloud forest and black ash, two steps up and one back, until the tents appear on a shelf that somebody has cut into the slope.

Fuego speaks every quarter of an hour. First there is the light, a red thread thrown against the dark; then you count; then the sound arrives and goes through your ribs.

Nobody sleeps much. At four we went to the top for the sunrise, and saw the shadow of our mountain lie across half the country.`},
		{Title: "Wind at the end of the map", Place: "Torres del Paine", Country: "Chile", Author: "Camila Rojas", Likes: 344, Age: days(16), Scene: "patagonia",
			Tags: []string{"mountains", "trekking", "patagonia"},
			Body: `The weather here is not bad, it is only undecided. In one morning we had sun, sleet, a rainbow with both its feet in the lake, and a gust that sat four grown people down at once.

Walk the W from the west and have the wind behind you. Book the beds early, carry less than you think, and keep one dry pair of socks that you swear never to wear outside.

At the end there are the three towers, and a lake the colour of a milk bottle. They hid for an hour. Then they did not.`},
		{Title: "Night market by bicycle", Place: "Tainan", Country: "Taiwan", Author: "Lin Yi-chen", Likes: 273, Age: days(19.5), Scene: "nightcity",
			Tags: []string{"city", "food", "cycling"},
			Body: `The oldest city of the island goes out for dinner at nine, on two wheels. Rent a bicycle at the station, follow whoever carries the most bags, and stop where the queue has grandmothers in it.

Begin with milkfish soup, go on to coffin bread, which is better than its name, and leave a corner for shaved ice with mango. Nothing costs more than a tram ticket at home.

Then ride the alleys behind the Confucius temple. The lanterns are lit until midnight, and the only traffic is a cat.`},
		{Title: "Counting lighthouses", Place: "Finistère, Brittany", Country: "France", Author: "Yann Le Goff", Likes: 221, Age: days(23), Scene: "coast",
			Tags: []string{"coast", "cycling", "lighthouses"},
			Body: `There are more lighthouses in this corner of France than in some whole countries, and on a clear evening you can stand at Saint-Mathieu and count fourteen lights, each with its own rhythm.

We followed the customs path, which hugs every cove because smugglers did. The tide comes in twice a day and moves the whole horizon; look up the times before you cross to an island on foot.

In the evening, buckwheat pancakes and cider out of a cup. The keeper's grandson told us that his grandmother could tell the ships by their engines. We believed him.`},
		{Title: "Snow that muffles everything", Place: "Inari, Lapland", Country: "Finland", Author: "Aino Mäkelä", Likes: 309, Age: days(28), Scene: "snow",
			Tags: []string{"winter", "ski", "cabin"},
			Body: `In January the sun does not rise, it only thinks about it. For three hours the sky is pink along one side, the snow is blue along the other, and the trees stand between them like people in a queue.

We skied from cabin to cabin on a track a snowmobile had drawn that morning. Ten kilometres is a day's work when you stop for every footprint: hare, fox, and once something large that had been in no hurry at all.

Light the stove first, then the sauna, then yourself a candle. Sleep is not difficult here.`},
	}
}
