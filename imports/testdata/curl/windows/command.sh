curl "http://127.0.0.1:3000/things" ^
  -H "Content-Type: application/json" ^
  --data-raw "{\"name\":\"x\"}"
