package project

// Path addresses a place in a project within one revision, such as /pages/login/body/2/textField/label. The first two parts name
// the file (/app is app.yaml); the others are keys and indexes of its YAML. One scheme serves edits, problems, selection and preview.
type Path string
