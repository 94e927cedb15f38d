-- Where to be seen: the next three steps that fit the minutes a week.
-- Worth 1 to 4 is a judgement, not a measurement: first what loses customers who are already on their way
-- (wrong hours, no place on the map, no photo, no ready answer), then what brings new ones.
-- Minutes are what it takes somebody who does it for the first time, with a little help.

local STEPS = {
  -- only while the answer to `lacks` is no; `of`: only for these
  { id = "hours", minutes = 20, lacks = "hours", near = 3, passing = 4, far = 1, firms = 1 },
  { id = "map", minutes = 40, lacks = "map", near = 3, passing = 4, firms = 2 },
  { id = "photos", minutes = 30, lacks = "photos", near = 3, passing = 3, far = 4, firms = 3 },
  { id = "offer", minutes = 25, lacks = "offer", near = 2, passing = 2, far = 4, firms = 4 },
  { id = "status", minutes = 10, of = { food = true, goods = true }, near = 2 },
  { id = "before", minutes = 10, of = { service = true }, near = 2, far = 1, firms = 2 },
  { id = "card", minutes = 15, near = 2, passing = 1 },
  { id = "line", minutes = 15, near = 1, passing = 3, far = 2, firms = 1 },
  { id = "swap", minutes = 20, near = 2, passing = 2, firms = 1 },
  { id = "rooms", minutes = 40, of = { stay = true }, passing = 3, far = 3 },
  { id = "hosts", minutes = 45, near = 1, passing = 3 },
  { id = "post", minutes = 25, of = { food = true, goods = true }, far = 3 },
  { id = "market", minutes = 60, of = { food = true, goods = true }, far = 3 },
  { id = "call", minutes = 30, firms = 3 },
  { id = "sheet", minutes = 60, firms = 3 },
  { id = "page", minutes = 60, near = 1, passing = 2, far = 3, firms = 2 },
}
local SHOWN = 3

-- The steps open to this visitor: most worth first; of equals the shorter, then the earlier in the table.
local function open_steps(v)
  local steps = {}
  for i, step in ipairs(STEPS) do
    local is_open = step[v.who] and (not step.lacks or not v[step.lacks]) and (not step.of or step.of[v.sells])
    if is_open then steps[#steps + 1] = { id = step.id, minutes = step.minutes, worth = step[v.who], i = i } end
  end
  table.sort(steps, function(a, b)
    if a.worth ~= b.worth then return a.worth > b.worth end
    if a.minutes ~= b.minutes then return a.minutes < b.minutes end
    return a.i < b.i
  end)
  return steps
end

-- Weeks it takes when each step is done in one week, one after the other.
local function weeks_for(steps, minutes)
  local weeks, left = 1, minutes
  for _, step in ipairs(steps) do
    if step.minutes > left then weeks, left = weeks + 1, minutes end
    left = left - step.minutes
  end
  return weeks
end

local function weeks_sentence(weeks)
  return weeks == 1 and { kind = "say", id = "one" } or { kind = "say", id = "weeks", n = weeks }
end

return {
  fields = {
    { id = "sells", kind = "choice", options = { "goods", "food", "service", "stay" }, start = "goods" },
    { id = "who", kind = "choice", options = { "near", "passing", "far", "firms" }, start = "near" },
    { id = "minutes", kind = "number", start = 45, min = 0, max = 600, decimals = 0 },
    { id = "hours", kind = "yesno", start = false },
    { id = "map", kind = "yesno", start = false },
    { id = "photos", kind = "yesno", start = false },
    { id = "offer", kind = "yesno", start = false },
  },
  compute = function(v)
    local all, steps, items, sum = open_steps(v), {}, {}, 0
    for _, step in ipairs(all) do
      if step.minutes <= v.minutes and #steps < SHOWN then steps[#steps + 1] = step end
    end
    local is_little = #steps == 0
    if is_little then steps[1] = all[1] end
    for i, step in ipairs(steps) do
      items[i] = step.id
      sum = sum + step.minutes
    end
    local out = {
      { kind = "list", id = "next", items = items },
      { kind = "figure", id = "minutes", unit = "number", value = sum, decimals = 0, main = true },
      is_little and { kind = "say", id = "little", n = sum } or weeks_sentence(weeks_for(steps, v.minutes)),
    }
    -- What is worth most, but needs more minutes at once than she has: not forgotten.
    if all[1].worth > steps[1].worth then out[#out + 1] = { kind = "list", id = "later", items = { all[1].id } } end
    return out
  end,
}

-- Example: as it starts (goods, near, 45 minutes, all no): worth 3 have hours 20, photos 30, map 40: 90 minutes;
--   week 1 hours, week 2 photos (20 + 30 is over 45), week 3 map: 3 weeks.
-- Example: stay, passing, 60 minutes, all yes: worth 3 have line 15, rooms 40, hosts 45: 100 minutes;
--   week 1 line and rooms (55), week 2 hosts: 2 weeks. With 15 minutes only line fits, card and no more: see "later".
