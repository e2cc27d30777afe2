// Asks for the worker that keeps opened pages readable without a network. A browser that has none reads on as before.
navigator.serviceWorker?.register("/service-worker.js", { updateViaCache: "none" }).catch(() => { /* tried with the next page */ });
