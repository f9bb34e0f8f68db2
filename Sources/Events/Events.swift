// Events turn what the packet path has seen into records: structured ones for correlation and store
// (`Event`), and lines of EVE JSON or fast.log (`EVEEncoder`, over `JSONWriter`).
// In: live packets, flows, transactions, alerts. Out: whole lines in reused bytes. They never do I/O, ask no
// clock, and keep nothing of what they are shown.
