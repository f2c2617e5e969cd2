curl --request DELETE --url https://api.example.com/v1/posts/12 --header 'Authorization: Bearer abc'
