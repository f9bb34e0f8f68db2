// Outputs take encoded lines or events in order and put them where they last: files of EVE lines and
// fast.log, stats.log. In: whole lines. Out: files that hold whole lines only, whatever fails. They never
// look into packets or flows.
