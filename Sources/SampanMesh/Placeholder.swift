enum SampanMeshPlaceholder {}
