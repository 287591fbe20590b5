/// The whole map of persons in memory, for who reads a log from its first entry on and wants the root that heads bind. Some 200 bytes a
/// person.
struct AuditPeopleMap {
    private var people: [[UInt8]: AuditPeoplePage.Person] = [:]

    var count: UInt64 { UInt64(people.count) }

    mutating func take(_ entry: [UInt8], number: UInt64, about person: [UInt8]) throws(AuditError) {
        var state = people[person] ?? AuditPeoplePage.Person()
        state.count += 1
        state.chain = try AuditHash.chain(state.chain, entry)
        state.last = number
        people[person] = state
    }

    func root() throws(AuditError) -> [UInt8] {
        var pages: [Int: AuditPeoplePage] = [:]
        for (person, state) in people {
            let number = AuditPeoplePage.number(of: person)
            var page = pages.removeValue(forKey: number) ?? AuditPeoplePage.empty
            _ = page.put(person, state)
            pages[number] = page
        }
        var tiles: [Int: [UInt8]] = [:]
        for (number, page) in pages {
            AuditPeopleTop.put(try page.root(), at: number % 256, into: &tiles[number / 256, default: AuditPeopleTop.emptyTile])
        }
        var top = AuditPeopleTop.emptyTile
        for (number, tile) in tiles { AuditPeopleTop.put(try AuditPeopleTop.root(tile), at: number, into: &top) }
        return try AuditPeopleTop.root(top)
    }
}
