package render

import (
	"slices"
	"strings"
)

// dictionary is what the renderer itself says; everything else on a page is written by its builder.
type dictionary struct {
	skip, optional, showPassword, choose, dismiss, insecure, open, lowest, highest string
}

var english = dictionary{"Skip to content", "Optional", "Show password", "Choose…", "Dismiss",
	"This connection is not encrypted: others on the network can read what you type, passwords included.", "Open", "Lowest", "highest"}

// dictionaries are by primary language; English stands in for all others.
var dictionaries = map[string]dictionary{
	"de": {"Zum Inhalt springen", "Optional", "Passwort anzeigen", "Auswählen …", "Schließen",
		"Diese Verbindung ist nicht verschlüsselt: Andere im Netz können mitlesen, auch Passwörter.", "Öffnen", "Niedrigster Wert", "höchster"},
	"es": {"Saltar al contenido", "Opcional", "Mostrar contraseña", "Elegir…", "Cerrar",
		"Esta conexión no está cifrada: otros en la red pueden leer lo que escribes, también las contraseñas.", "Abrir", "Mínimo", "máximo"},
	"fr": {"Aller au contenu", "Facultatif", "Afficher le mot de passe", "Choisir…", "Fermer",
		"Cette connexion n’est pas chiffrée : d’autres sur le réseau peuvent lire ce que vous saisissez, mots de passe compris.", "Ouvrir", "Minimum", "maximum"},
	"it": {"Vai al contenuto", "Facoltativo", "Mostra password", "Scegli…", "Chiudi",
		"Questa connessione non è cifrata: altri sulla rete possono leggere ciò che scrivi, password comprese.", "Apri", "Minimo", "massimo"},
	"nl": {"Naar de inhoud", "Optioneel", "Wachtwoord tonen", "Kies…", "Sluiten",
		"Deze verbinding is niet versleuteld: anderen op het netwerk kunnen meelezen, ook wachtwoorden.", "Openen", "Laagste", "hoogste"},
	"pt": {"Ir para o conteúdo", "Opcional", "Mostrar senha", "Escolher…", "Fechar",
		"Esta conexão não é criptografada: outros na rede podem ler o que você digita, inclusive senhas.", "Abrir", "Mínimo", "máximo"},
}

func primary(lang string) string {
	first, _, _ := strings.Cut(strings.ToLower(lang), "-")
	return first
}

func (b *builder) words() dictionary {
	if d, ok := dictionaries[primary(b.app.lang)]; ok {
		return d
	}
	return english
}

func rightToLeft(lang string) bool {
	return slices.Contains([]string{"ar", "fa", "he", "ur", "yi", "ps", "ckb", "dv"}, primary(lang))
}
