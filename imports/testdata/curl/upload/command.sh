curl -F "file=@photo.png;type=image/png" -F title=Summer -F 'api_key=0123456789abcdef' -XPUT "https://files.example.com/upload/2024?access_token=abcDEF123456abcDEF123456"
