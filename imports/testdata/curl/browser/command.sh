curl 'https://shop.example.com/api/v1/cart/7d1c2c0e-1b2c-4a55-9d3f-0f7f4f6a2c11/items' \
  -H 'accept: application/json' \
  -H 'accept-language: en-GB,en;q=0.9' \
  -H 'authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln' \
  -H 'content-type: application/json' \
  -H 'sec-ch-ua: "Chromium";v="148"' \
  -b 'sid=abc; theme=dark' \
  --data-raw $'{"note":"caf\u00e9\\n","count":2,"price":9.5,"gift":false}' \
  --compressed
