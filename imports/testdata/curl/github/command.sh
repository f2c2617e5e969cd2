$ curl -sSL -G "https://api.example.com/v3/repos/42/issues?state=open" -d per_page=50 --data-urlencode 'q=label:"good first" & more' \
   -H 'Accept: application/vnd.example+json' -H "Authorization: token ghp_abcdefghijklmnopqrstuvwxyz0123" -H 'X-Api-Key: k-123' -k --no-such-flag | jq .
