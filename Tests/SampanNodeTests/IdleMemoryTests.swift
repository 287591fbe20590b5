import Testing

@testable import SampanNode

@Suite("Memory of an idle node")
struct IdleMemoryTests {
    @Test("code goes once for each time that a busy node becomes idle")
    func windows() {
        let quiet = IdleMemory.quiet
        for (used, goes) in [
            ([quiet], [true]), ([quiet + 1], [false]), ([0, 0, quiet], [true, false, false]),
            ([quiet + 1, .max, quiet, 0, quiet + 1, 0], [false, false, true, false, false, true]),
        ] as [([Int64], [Bool])] {
            var memory = IdleMemory()
            #expect(used.map { memory.pass($0) } == goes, "\(used)")
        }
    }
}
