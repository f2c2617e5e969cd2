curl -X POST https://dummy.example.com/auth/login \
  -H "Content-Type: application/json" \
  -d '{"username": "emilys", "password": "hunter2hunter2", "expiresInMins": 30, "device": {"name": "it'\''s mine", "push_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"}, "tags": ["a", 1, null]}'
