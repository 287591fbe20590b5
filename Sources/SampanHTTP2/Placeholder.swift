enum SampanHTTP2Placeholder {}
