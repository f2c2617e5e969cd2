package main

import (
	"context"
	"net/http"

	"github.com/usherdev/usher/internal/folder"
)

// withStudio puts the studio beside the app.
func (c demoCmd) withStudio(_ context.Context, _ *console, _ *folder.Folder, _ *runtime, _ *part, app http.Handler) (http.Handler, error) {
	return app, nil
}
