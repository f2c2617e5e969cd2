curl -u 'client-id:s3cret value' https://id.example.com/oauth/token -d grant_type=password -d "username=ada%40example.com&password=pa%26ss" --data-urlencode "scope=read write"
