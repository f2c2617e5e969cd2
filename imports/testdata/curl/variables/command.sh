curl -H "Authorization: Bearer $TOKEN" "https://api.example.com/v1/posts/${POST_ID}?limit=$LIMIT&key=v" -d @body.json -H 'Content-Type: application/json'
