package flow

import (
	"reflect"
	"strings"
	"testing"
)

const saidCalls = `url: ${env.API}
fieldErrors: ${reply.body.errors}
calls:
  save: {method: POST, path: /save}
`

const saidPage = `path: /start
title: Start
access: any
body:
  - form:
      onSubmit:
%s      children:
        - textField: {id: email, label: E-mail}
        - textField: {id: birthday, label: Born on}
  - form:
      children:
        - textField: {id: city, label: City}
`

func TestACallPutsTheErrorsOfFieldsBesideTheirInputs(t *testing.T) {
	api := serve(t, map[string]string{"POST /save": `422 {"message":"No.","errors":{"email":["Taken."],"birth_date":["In the future."],"city":["Unknown."],"non_field_errors":["Closed today."]}}`})
	for name, c := range map[string]struct {
		flow  string
		said  map[string]string
		notes string
	}{
		"equal names of the form alone": {"        - call: said.save\n", map[string]string{"email": "Taken."}, "Birth date: In the future.|City: Unknown.|Closed today."},
		"other names by fields": {"        - call: said.save\n          fields: {birth_date: birthday, city: city}\n",
			map[string]string{"email": "Taken.", "birthday": "In the future.", "city": "Unknown."}, "Closed today."},
		"two of one input": {"        - call: said.save\n          fields: {birth_date: email, city: city}\n",
			map[string]string{"email": "In the future. Taken.", "city": "Unknown."}, "Closed today."},
		"what the flow says is not said twice": {"        - call: said.save\n          as: saved\n          fields: {birth_date: birthday, city: city}\n          else:\n            - snackBar: ${saved.fieldErrors.non_field_errors}\n",
			map[string]string{"email": "Taken.", "birthday": "In the future.", "city": "Unknown."}, "Closed today."},
		"a flow that stops says them all the same": {"        - call: said.save\n          else: [stop]\n", map[string]string{"email": "Taken."}, "Birth date: In the future.|City: Unknown.|Closed today."},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, api, "- stop", map[string]string{"calls/said.yaml": saidCalls, "pages/start.yaml": strings.Replace(saidPage, "%s", c.flow, 1)})
			page := a.project.Page("start")
			res, err := a.runner.Run(t.Context(), Input{Actions: a.actions(), Page: page, Sent: page.Fields[0].Form})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(res.FieldErrors, c.said) {
				t.Errorf("beside the inputs: %q, not %q", res.FieldErrors, c.said)
			}
			if got := notes(res); got != c.notes {
				t.Errorf("in snack bars: %q, not %q", got, c.notes)
			}
		})
	}
}
