package stubs

import (
	"strings"
	"time"
)

type obj = map[string]any

// items is what every stub answers to a request for data.
var items = []any{obj{"id": 1, "title": "one"}}

func bearer(a Ask) string { return strings.TrimPrefix(a.Header.Get("Authorization"), "Bearer ") }

func missing() Say { return Say{Status: 404, Body: obj{"message": "Not Found"}} }

// Rows returns all backends.
func Rows() []Row {
	return []Row{
		{Name: "dummyjson", Refresh: "rotate", Expiry: true, UID: true, User: true, LogOut: "POST /auth/logout", Errand: "bearer", Refused: "Invalid credentials", Expired: 401, serve: dummyJSON},
		{Name: "json-server-auth", Expiry: true, UID: true, User: true, Refused: "Incorrect password", Expired: 401, serve: jsonServerAuth},
		{Name: "simplejwt", Refresh: "keep", Expiry: true, UID: true, LogOut: "POST /api/token/blacklist/", Errand: "refresh", Refused: "No active account found with the given credentials", Expired: 401, serve: simpleJWT},
		{Name: "supabase", Refresh: "rotate", Expiry: true, UID: true, User: true, LogOut: "POST /auth/v1/logout", Errand: "bearer", Refused: "Invalid login credentials", Expired: 401, serve: supabase},
		{Name: "pocketbase", Refresh: "live", Expiry: true, UID: true, User: true, Refused: "Failed to authenticate.", Expired: 200, serve: pocketBase},
		{Name: "directus", Refresh: "rotate", Expiry: true, UID: true, User: true, LogOut: "POST /auth/logout", Errand: "refresh", Refused: "Invalid user credentials.", Expired: 401, serve: directus},
		{Name: "strapi", Refresh: "rotate", Expiry: true, UID: true, User: true, LogOut: "POST /api/auth/logout", Errand: "bearer", Refused: "Invalid identifier or password", Expired: 401, serve: strapi},
		{Name: "xano", Expiry: true, UID: true, User: true, Refused: "Invalid Credentials.", Expired: 401, serve: xano},
		{Name: "sanctum", UID: true, User: true, Refused: "The provided credentials are incorrect.", Expired: 401, serve: sanctum},
		{Name: "passport", Refresh: "rotate", Expiry: true, UID: true, User: true, Refused: "The user credentials were incorrect.", Expired: 401, serve: passport},
		{Name: "keycloak", Refresh: "keep", Expiry: true, UID: true, User: true, LogOut: "POST /realms/r/protocol/openid-connect/logout", Errand: "refresh", Refused: "Invalid user credentials", Expired: 401, serve: keycloak},
		{Name: "parse", Expiry: true, UID: true, User: true, LogOut: "POST /logout", Errand: "token", Refused: "Invalid username/password.", Expired: 400, serve: parse},
		{Name: "appwrite", Refresh: "live", Expiry: true, UID: true, User: true, LogOut: "DELETE /v1/account/sessions/current", Errand: "token", Refused: "Invalid credentials.", Expired: 401, serve: appwrite},
		{Name: "firebase", Refresh: "keep", Expiry: true, UID: true, Refused: "INVALID_PASSWORD", Expired: 401, serve: firebase},
		{Name: "wordpress", Expiry: true, UID: true, User: true, Refused: "The password is incorrect.", Expired: 403, serve: wordPress},
		{Name: "devise", Expiry: true, UID: true, User: true, LogOut: "DELETE /users/sign_out", Errand: "bearer", Refused: "Invalid Email or password.", Expired: 401, serve: devise},
		{Name: "kratos", Expiry: true, UID: true, User: true, LogOut: "DELETE /self-service/logout/api", Errand: "token", Refused: "The provided credentials are invalid.", Expired: 401, serve: kratos},
		{Name: "dicoding", Refresh: "keep", Expiry: true, UID: true, LogOut: "DELETE /authentications", Errand: "refresh", Refused: "Kredensial yang Anda berikan salah", Expired: 401, serve: dicoding},
		{Name: "autumn", Refresh: "rotate", Expiry: true, UID: true, User: true, Refused: "wrong password", Expired: 401, serve: autumn},
	}
}

func dummyJSON(b *Backend, a Ask) Say {
	pair := func() (string, string) { return b.jwt(time.Hour), b.spendable() }
	switch a.Method + " " + a.Path {
	case "POST /auth/login":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 400, Body: obj{"message": "Invalid credentials"}}
		}
		t, r := pair()
		name := "accessToken"
		if b.is("renamed") {
			name = "token"
		}
		return Say{Status: 200, Body: obj{"id": 7, "username": "ada", "firstName": "Ada", name: t, "refreshToken": r}, Header: map[string]string{"Set-Cookie": "accessToken=" + t + "; Path=/; HttpOnly"}}
	case "POST /auth/refresh":
		switch s := b.renew(a, a.Field("refreshToken"), false); s {
		case 200:
			t, r := pair()
			return Say{Status: 200, Body: obj{"accessToken": t, "refreshToken": r}}
		case 401:
			return Say{Status: 403, Body: obj{"message": "Invalid refresh token"}}
		default:
			return Say{Status: s}
		}
	case "POST /auth/logout":
		b.note("logout", a)
		return Say{Status: 200, Body: obj{"message": "Logged out"}}
	case "GET /items":
		switch good := b.knows("data", a, bearer(a)); {
		case good:
			return Say{Status: 200, Body: items}
		case b.is("signature"):
			return Say{Status: 500, Body: obj{"message": "invalid signature"}}
		}
		return Say{Status: 401, Body: obj{"message": "Token Expired!"}}
	}
	return missing()
}

func jsonServerAuth(b *Backend, a Ask) Say {
	switch a.Method + " " + a.Path {
	case "POST /login":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 400, Body: `"Incorrect password"`}
		}
		return Say{Status: 200, Body: obj{"accessToken": b.jwt(time.Hour), "user": obj{"id": 7, "email": "ada@example.com", "name": "Ada"}}}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: `"jwt expired"`}
	}
	return missing()
}

func simpleJWT(b *Backend, a Ask) Say {
	invalid := obj{"detail": "Given token not valid for any token type", "code": "token_not_valid", "messages": []any{obj{"token_class": "AccessToken", "message": "Token is invalid or expired"}}}
	switch a.Method + " " + a.Path {
	case "POST /api/token/":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 401, Body: obj{"detail": "No active account found with the given credentials"}}
		}
		return Say{Status: 200, Body: obj{"access": b.jwt(5 * time.Minute), "refresh": b.spendable()}}
	case "POST /api/token/refresh/":
		switch s := b.renew(a, a.Field("refresh"), false); s {
		case 200:
			return Say{Status: 200, Body: obj{"access": b.jwt(5 * time.Minute)}}
		case 401:
			return Say{Status: 401, Body: invalid}
		default:
			return Say{Status: s}
		}
	case "POST /api/token/blacklist/":
		b.note("logout", a)
		return Say{Status: 200, Body: obj{}}
	case "GET /items":
		good := b.knows("data", a, bearer(a))
		if good && b.is("inactive") {
			return Say{Status: 401, Body: obj{"detail": "User is inactive", "code": "user_inactive"}}
		}
		if good {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: invalid}
	}
	return missing()
}

func supabase(b *Backend, a Ask) Say {
	if a.Header.Get("apikey") != "anon" {
		return Say{Status: 401, Body: obj{"message": "No API key found in request"}}
	}
	session := func() Say {
		return Say{Status: 200, Body: obj{"access_token": b.jwt(time.Hour), "token_type": "bearer", "expires_in": 3600, "expires_at": time.Now().Add(time.Hour).Unix(),
			"refresh_token": b.spendable(), "user": obj{"id": "7", "email": "ada@example.com", "name": "Ada"}}}
	}
	switch a.Method + " " + a.Path {
	case "POST /auth/v1/token":
		if a.Query.Get("grant_type") == "password" {
			if !b.enter(a, a.Field("password")) {
				return Say{Status: 400, Body: obj{"code": 400, "error_code": "invalid_credentials", "msg": "Invalid login credentials"}}
			}
			return session()
		}
		switch s := b.renew(a, a.Field("refresh_token"), true); s {
		case 200:
			return session()
		case 401:
			return Say{Status: 400, Body: obj{"code": 400, "error_code": "refresh_token_not_found", "msg": "Invalid Refresh Token: Refresh Token Not Found"}}
		default:
			return Say{Status: s}
		}
	case "POST /auth/v1/signup":
		return Say{Status: 200, Body: obj{"id": "7", "email": a.Field("email"), "confirmation_sent_at": "2030-01-01T00:00:00Z"}}
	case "POST /auth/v1/logout":
		if b.knows("logout", a, bearer(a)) {
			return Say{Status: 204}
		}
		return Say{Status: 403, Body: obj{"code": 403, "error_code": "bad_jwt", "msg": "invalid JWT"}}
	case "GET /rest/v1/items":
		switch good := b.knows("data", a, bearer(a)); {
		case good && b.is("future") && len(b.Asked("data")) == 1:
			return Say{Status: 401, Body: obj{"code": "PGRST303", "message": "JWT issued at future"}}
		case good:
			return Say{Status: 200, Body: items}
		case b.is("newer"): // the data API of 2025 and later
			return Say{Status: 401, Body: obj{"code": "PGRST303", "message": "JWT expired"}}
		}
		return Say{Status: 401, Body: obj{"code": "PGRST301", "message": "JWT expired"}}
	}
	return missing()
}

func pocketBase(b *Backend, a Ask) Say {
	const collection = "/api/collections/users/"
	raw := a.Header.Get("Authorization")
	record := obj{"id": "7", "email": "ada@example.com", "name": "Ada"}
	switch a.Method + " " + a.Path {
	case "POST " + collection + "auth-with-password":
		switch ok := b.enter(a, a.Field("password")); {
		case !ok:
			return Say{Status: 400, Body: obj{"status": 400, "message": "Failed to authenticate.", "data": obj{}}}
		case b.wantsSecond() && a.Field("mfaId") == "":
			return Say{Status: 401, Body: obj{"mfaId": "canary-mfa-1"}}
		}
		return Say{Status: 200, Body: obj{"token": b.jwt(5 * 24 * time.Hour), "record": record}}
	case "POST " + collection + "auth-with-otp":
		if !b.enter(a, a.Field("password")) && a.Field("password") != "123456" || a.Field("mfaId") != "canary-mfa-1" {
			return Say{Status: 400, Body: obj{"status": 400, "message": "Invalid or expired OTP", "data": obj{}}}
		}
		return Say{Status: 200, Body: obj{"token": b.jwt(5 * 24 * time.Hour), "record": record}}
	case "POST " + collection + "auth-refresh":
		switch s := b.renewLive(a, raw); s {
		case 200:
			return Say{Status: 200, Body: obj{"token": b.jwt(5 * 24 * time.Hour), "record": record}}
		case 401:
			return Say{Status: 401, Body: obj{"status": 401, "message": "The request requires valid record authorization token.", "data": obj{}}}
		default:
			return Say{Status: s}
		}
	case "GET " + collection + "records/7":
		if b.knows("me", a, raw) {
			return Say{Status: 200, Body: record}
		}
		return Say{Status: 404, Body: obj{"status": 404, "message": "The requested resource wasn't found.", "data": obj{}}}
	case "GET " + collection + "items":
		if b.knows("data", a, raw) {
			return Say{Status: 200, Body: obj{"page": 1, "totalItems": 1, "items": items}}
		}
		return Say{Status: 200, Body: obj{"page": 1, "totalItems": 0, "items": []any{}}}
	}
	return missing()
}

func directus(b *Backend, a Ask) Say {
	fault := func(status int, code, message string) Say {
		return Say{Status: status, Body: obj{"errors": []any{obj{"message": message, "extensions": obj{"code": code}}}}}
	}
	session := func() Say {
		return Say{Status: 200, Body: obj{"data": obj{"access_token": b.opaque(), "expires": 900000, "refresh_token": b.spendable()}}}
	}
	switch a.Method + " " + a.Path {
	case "POST /auth/login":
		switch ok := b.enter(a, a.Field("password")); {
		case !ok:
			return fault(401, "INVALID_CREDENTIALS", "Invalid user credentials.")
		case b.is("suspended"):
			return fault(401, "USER_SUSPENDED", "User suspended.")
		case b.wantsSecond() && a.Field("otp") != "123456":
			return fault(401, "INVALID_OTP", "Invalid user OTP.")
		}
		return session()
	case "POST /users/register":
		return Say{Status: 204}
	case "POST /auth/refresh":
		switch s := b.renew(a, a.Field("refresh_token"), true); s {
		case 200:
			return session()
		case 401:
			return fault(401, "INVALID_CREDENTIALS", "Invalid user credentials.")
		default:
			return Say{Status: s}
		}
	case "GET /users/me":
		if b.knows("me", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"data": obj{"id": "7", "name": "Ada"}}}
		}
		return fault(401, "TOKEN_EXPIRED", "Token expired.")
	case "POST /auth/logout":
		b.note("logout", a)
		return Say{Status: 204}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"data": items}}
		}
		return fault(401, "TOKEN_EXPIRED", "Token expired.")
	}
	return missing()
}

func strapi(b *Backend, a Ask) Say {
	fault := func(status int, message string) Say {
		return Say{Status: status, Body: obj{"data": nil, "error": obj{"status": status, "name": "Error", "message": message, "details": obj{}}}}
	}
	switch a.Method + " " + a.Path {
	case "POST /api/auth/local":
		if !b.enter(a, a.Field("password")) {
			return fault(400, "Invalid identifier or password")
		}
		body := obj{"jwt": b.jwt(10 * time.Minute), "user": obj{"id": 7, "documentId": "d7", "name": "Ada"}}
		return strapiPair(b, body)
	case "POST /api/auth/local/register":
		return Say{Status: 200, Body: obj{"user": obj{"id": 7, "confirmed": false}}}
	case "POST /api/auth/refresh":
		switch s := b.renew(a, a.Field("refreshToken"), true); {
		case b.is("off") || b.is("off later"):
			return fault(404, "Not Found")
		case s == 200:
			return strapiPair(b, obj{"jwt": b.jwt(10 * time.Minute)})
		case s == 401:
			return fault(401, "Invalid refresh token")
		default:
			return Say{Status: s}
		}
	case "POST /api/auth/logout":
		b.note("logout", a)
		return Say{Status: 200, Body: obj{"ok": true}}
	case "GET /api/items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"data": items}}
		}
		return fault(401, "Missing or invalid credentials")
	}
	return missing()
}

// strapiPair adds a refresh token to a reply: in the body, in a cookie, or none where the mode is off.
func strapiPair(b *Backend, body obj) Say {
	say := Say{Status: 200, Body: body}
	switch {
	case b.is("off"):
	case b.is("cookie"):
		say.Header = map[string]string{"Set-Cookie": "strapi_up_refresh=" + b.spendable() + "; Path=/; HttpOnly; SameSite=Lax"}
	default:
		body["refreshToken"] = b.spendable()
	}
	return say
}

func xano(b *Backend, a Ask) Say {
	token := strings.TrimPrefix(a.Header.Get("X-Xano-Authorization"), "Bearer ")
	only := a.Header.Get("X-Xano-Authorization-Only") == "true"
	switch a.Method + " " + a.Path {
	case "POST /api:main/auth/login":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 403, Body: obj{"code": "ERROR_CODE_ACCESS_DENIED", "message": "Invalid Credentials."}}
		}
		return Say{Status: 200, Body: obj{"authToken": b.opaque()}}
	case "GET /api:main/auth/me":
		if b.knows("me", a, token) && only {
			return Say{Status: 200, Body: obj{"id": 7, "name": "Ada"}}
		}
		return Say{Status: 401, Body: obj{"code": "ERROR_CODE_UNAUTHORIZED", "message": "This token is expired."}}
	case "GET /api:main/items":
		if b.knows("data", a, token) && only {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"code": "ERROR_CODE_UNAUTHORIZED", "message": "This token is expired."}}
	}
	return missing()
}

func sanctum(b *Backend, a Ask) Say {
	refused := func() Say {
		if a.Header.Get("Accept") != "application/json" || b.is("page") {
			return Say{Status: 302, Body: "<!doctype html><title>Login</title>", Header: map[string]string{"Location": "/login", "Content-Type": "text/html; charset=UTF-8"}}
		}
		return Say{Status: 401, Body: obj{"message": "Unauthenticated."}}
	}
	switch a.Method + " " + a.Path {
	case "POST /sanctum/token":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 422, Body: obj{"message": "The provided credentials are incorrect.", "errors": obj{"email": []any{"The provided credentials are incorrect."}}}}
		}
		return Say{Status: 200, Body: b.opaque(), Header: map[string]string{"Content-Type": "text/html; charset=UTF-8"}}
	case "GET /user":
		if b.knows("me", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"id": 7, "name": "Ada"}}
		}
		return refused()
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return refused()
	}
	return missing()
}

// oauth answers a token endpoint that takes forms.
func oauth(b *Backend, a Ask, rotate bool, badLogin int, session func() obj) Say {
	refuse := func(status int, text string) Say {
		return Say{Status: status, Body: obj{"error": "invalid_grant", "error_description": text}}
	}
	if a.Form.Get("client_id") != "app" || a.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return Say{Status: 401, Body: obj{"error": "invalid_client"}}
	}
	if a.Form.Get("grant_type") == "password" {
		if !b.enter(a, a.Form.Get("password")) {
			return refuse(badLogin, b.Row.Refused)
		}
		return Say{Status: 200, Body: session()}
	}
	switch s := b.renew(a, a.Form.Get("refresh_token"), rotate); s {
	case 200:
		return Say{Status: 200, Body: session()}
	case 401:
		return refuse(400, "Token is not active")
	default:
		return Say{Status: s}
	}
}

func passport(b *Backend, a Ask) Say {
	switch a.Method + " " + a.Path {
	case "POST /oauth/token":
		return oauth(b, a, true, 400, func() obj {
			return obj{"token_type": "Bearer", "expires_in": 31536000, "access_token": b.opaque(), "refresh_token": b.spendable()}
		})
	case "GET /api/user":
		if b.knows("me", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"id": 7, "name": "Ada"}}
		}
		return Say{Status: 401, Body: obj{"message": "Unauthenticated."}}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"message": "Unauthenticated."}}
	}
	return missing()
}

func keycloak(b *Backend, a Ask) Say {
	const at = "/realms/r/protocol/openid-connect/"
	switch a.Method + " " + a.Path {
	case "POST " + at + "token":
		return oauth(b, a, false, 401, func() obj {
			return obj{"access_token": b.jwt(5 * time.Minute), "expires_in": 300, "refresh_expires_in": 1800, "refresh_token": b.spendable(), "token_type": "Bearer", "not-before-policy": 0, "session_state": "s"}
		})
	case "GET " + at + "userinfo":
		if b.knows("me", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"sub": "7", "name": "Ada"}}
		}
		return Say{Status: 401, Body: obj{"error": "invalid_token"}}
	case "POST " + at + "logout":
		b.note("logout", a)
		return Say{Status: 204}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401}
	}
	return missing()
}

func parse(b *Backend, a Ask) Say {
	token := a.Header.Get("X-Parse-Session-Token")
	dead := Say{Status: 400, Body: obj{"code": 209, "error": "Invalid session token"}}
	if a.Header.Get("X-Parse-Application-Id") != "app" {
		return Say{Status: 403, Body: obj{"error": "unauthorized"}}
	}
	switch a.Method + " " + a.Path {
	case "POST /login":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 404, Body: obj{"code": 101, "error": "Invalid username/password."}}
		}
		return Say{Status: 200, Body: obj{"objectId": "7", "username": "ada", "name": "Ada", "sessionToken": b.opaque()}}
	case "GET /users/me":
		if b.knows("me", a, token) {
			return Say{Status: 200, Body: obj{"objectId": "7", "name": "Ada", "sessionToken": token}}
		}
		return dead
	case "POST /logout":
		b.note("logout", a)
		return Say{Status: 200, Body: obj{}}
	case "GET /classes/Item":
		if b.knows("data", a, token) {
			return Say{Status: 200, Body: obj{"results": items}}
		}
		return dead
	}
	return missing()
}

func appwrite(b *Backend, a Ask) Say {
	token := a.Header.Get("X-Appwrite-Session")
	fault := func(kind, message string) Say {
		return Say{Status: 401, Body: obj{"message": message, "code": 401, "type": kind, "version": "1.7.0"}}
	}
	scope := fault("general_unauthorized_scope", "User (role: guests) missing scopes ([\"account\"])")
	session := func(secret string) Say {
		return Say{Status: 201, Body: obj{"$id": "s1", "userId": "7", "expire": time.Now().Add(time.Hour).Format("2006-01-02T15:04:05.000-07:00"), "secret": secret}}
	}
	if a.Header.Get("X-Appwrite-Project") != "p" {
		return fault("general_unknown_origin", "no project")
	}
	switch a.Method + " " + a.Path {
	case "POST /v1/account/sessions/email":
		if !b.enter(a, a.Field("password")) {
			return fault("user_invalid_credentials", "Invalid credentials.")
		}
		return session(b.opaque())
	case "PATCH /v1/account/sessions/current":
		switch s := b.renewLive(a, token); s {
		case 200:
			return session("")
		case 401:
			return scope
		default:
			return Say{Status: s}
		}
	case "GET /v1/account":
		if b.knows("me", a, token) {
			return Say{Status: 200, Body: obj{"$id": "7", "name": "Ada"}}
		}
		return scope
	case "DELETE /v1/account/sessions/current":
		b.note("logout", a)
		return Say{Status: 204}
	case "GET /v1/items":
		if b.knows("data", a, token) && !b.is("forbidden") {
			return Say{Status: 200, Body: obj{"total": 1, "documents": items}}
		}
		return scope
	}
	return missing()
}

func firebase(b *Backend, a Ask) Say {
	fault := func(message string) Say {
		return Say{Status: 400, Body: obj{"error": obj{"code": 400, "message": message, "errors": []any{obj{"message": message}}}}}
	}
	switch a.Method + " " + a.Path {
	case "POST /v1/accounts:signInWithPassword":
		if !b.enter(a, a.Field("password")) || a.Query.Get("key") != "k" {
			return fault("INVALID_PASSWORD")
		}
		return Say{Status: 200, Body: obj{"idToken": b.jwt(time.Hour), "refreshToken": b.spendable(), "expiresIn": "3600", "localId": "7", "email": "ada@example.com"}}
	case "POST /secure/v1/token": // another host, seen from an app
		presented := a.Form.Get("refresh_token")
		switch s := b.renew(a, presented, false); s {
		case 200:
			return Say{Status: 200, Body: obj{"id_token": b.jwt(time.Hour), "refresh_token": presented, "expires_in": "3600", "user_id": "7"}}
		case 401:
			return fault("TOKEN_EXPIRED")
		default:
			return Say{Status: s}
		}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"error": "Permission denied"}}
	}
	return missing()
}

func wordPress(b *Backend, a Ask) Say {
	fault := func(code, message string) Say {
		return Say{Status: 403, Body: obj{"code": code, "message": message, "data": obj{"status": 403}}}
	}
	switch a.Method + " " + a.Path {
	case "POST /wp-json/jwt-auth/v1/token":
		if !b.enter(a, a.Field("password")) {
			return fault("[jwt_auth] incorrect_password", "The password is incorrect.")
		}
		return Say{Status: 200, Body: obj{"token": b.jwt(7 * 24 * time.Hour), "user_email": "ada@example.com", "user_nicename": "ada", "user_display_name": "Ada"}}
	case "GET /wp-json/items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return fault("jwt_auth_invalid_token", "Expired token")
	}
	return missing()
}

func devise(b *Backend, a Ask) Say {
	switch a.Method + " " + a.Path {
	case "POST /users/sign_in":
		user, _ := a.JSON["user"].(map[string]any)
		password, _ := user["password"].(string)
		if !b.enter(a, password) {
			return Say{Status: 401, Body: obj{"error": "Invalid Email or password."}}
		}
		return Say{Status: 200, Body: obj{"id": 7, "name": "Ada"}, Header: map[string]string{"Authorization": "Bearer " + b.jwt(time.Hour)}}
	case "DELETE /users/sign_out":
		b.note("logout", a)
		return Say{Status: 204}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"error": "Signature has expired"}}
	}
	return missing()
}

func kratos(b *Backend, a Ask) Say {
	token := a.Header.Get("X-Session-Token")
	session := obj{"id": "s", "expires_at": time.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano), "identity": obj{"id": "7", "traits": obj{"name": "Ada"}}}
	switch a.Method + " " + a.Path {
	case "GET /self-service/login/api":
		return Say{Status: 200, Body: obj{"id": "flow-1", "ui": obj{"action": "http://elsewhere.test/", "method": "POST"}}}
	case "POST /self-service/login":
		if !b.enter(a, a.Field("password")) || a.Query.Get("flow") != "flow-1" {
			return Say{Status: 400, Body: obj{"id": "flow-1", "ui": obj{"messages": []any{obj{"text": "The provided credentials are invalid."}}}}}
		}
		return Say{Status: 200, Body: obj{"session_token": b.opaque(), "session": session}}
	case "GET /sessions/whoami":
		if b.knows("me", a, token) {
			return Say{Status: 200, Body: session}
		}
		return Say{Status: 401, Body: obj{"error": obj{"code": 401, "message": "No valid session"}}}
	case "DELETE /self-service/logout/api":
		b.note("logout", a)
		return Say{Status: 204}
	case "GET /items":
		if b.knows("data", a, token) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"error": obj{"code": 401, "message": "No valid session"}}}
	}
	return missing()
}

func dicoding(b *Backend, a Ask) Say {
	fail := func(status int, message string) Say {
		return Say{Status: status, Body: obj{"status": "fail", "message": message}}
	}
	switch a.Method + " " + a.Path {
	case "POST /authentications":
		if !b.enter(a, a.Field("password")) {
			return fail(401, "Kredensial yang Anda berikan salah")
		}
		return Say{Status: 201, Body: obj{"status": "success", "data": obj{"accessToken": b.jwt(time.Hour), "refreshToken": b.spendable()}}}
	case "PUT /authentications":
		switch s := b.renew(a, a.Field("refreshToken"), false); s {
		case 200:
			return Say{Status: 200, Body: obj{"status": "success", "data": obj{"accessToken": b.jwt(time.Hour)}}}
		case 401:
			return fail(400, "Refresh token tidak valid")
		default:
			return Say{Status: s}
		}
	case "DELETE /authentications":
		b.note("logout", a)
		return Say{Status: 200, Body: obj{"status": "success"}}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: obj{"status": "success", "data": items}}
		}
		return fail(401, "Token maximum age exceeded")
	}
	return missing()
}

func autumn(b *Backend, a Ask) Say {
	session := func() Say {
		return Say{Status: 200, Body: obj{"accessToken": b.opaque(), "accessTokenExpiresAt": time.Now().Add(time.Hour).UnixMilli(), "refreshToken": b.spendable(), "user": obj{"id": 7, "name": "Ada"}}}
	}
	if secret := a.Header.Get("X-Client-Secret"); strings.HasPrefix(a.Path, "/auth/") != (secret == "s3") {
		return Say{Status: 400, Body: obj{"message": "the secret belongs to the auth calls alone"}}
	}
	switch a.Method + " " + a.Path {
	case "POST /auth/login":
		if !b.enter(a, a.Field("password")) {
			return Say{Status: 401, Body: obj{"error": obj{"message": "wrong password"}}}
		}
		return session()
	case "POST /auth/refresh":
		switch s := b.renew(a, bearer(a), true); {
		case s == 200 && a.Raw == "":
			return session()
		case s == 401 || s == 200:
			return Say{Status: 401, Body: obj{"error": obj{"message": "refresh token expired"}}}
		default:
			return Say{Status: s}
		}
	case "GET /items":
		if b.knows("data", a, bearer(a)) {
			return Say{Status: 200, Body: items}
		}
		return Say{Status: 401, Body: obj{"error": obj{"message": "expired"}}}
	}
	return missing()
}
