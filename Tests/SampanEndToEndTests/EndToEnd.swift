import Testing

/// Everything here plays whole regions of real processes, one after another: seven processes of one region are enough for two cores.
@Suite("End to end", .serialized, .timeLimit(.minutes(20)))
struct EndToEnd {}
