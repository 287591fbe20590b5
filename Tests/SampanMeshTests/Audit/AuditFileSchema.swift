import SampanStorage

@testable import SampanMesh

/// The tables of a log, for tests that do to one what nobody should.
enum AuditFileSchema {
    static var schema: Schema { AuditStore.schema }
}
