-- Ten yes/no questions; what is open comes in order of harm, the first four of it.
-- The order is a judgement, not a measurement: people before things, then what cannot be bought back,
-- then what opens other doors or loses money in minutes, then other people's data, then lost days.

local HARM = {
  "fire",      -- people
  "backup",    -- orders and photos of years: nobody sells them again
  "passwords", -- whoever is in the mailbox gets into all the rest
  "messages",  -- a payment to a false account is seldom got back
  "lock",      -- a lost phone opens mail, bank and customers' numbers
  "data",      -- the harm is the customers', and the trust is yours
  "standin",   -- an illness closes the business
  "updates",   -- known holes, mended by others
  "keys",
  "paper",
}
local SHOWN = 4

-- The sentence for so many in order.
local function sentence(n)
  if n == #HARM then return { kind = "say", id = "all" } end
  if n == 0 then return { kind = "say", id = "none" } end
  return { kind = "say", id = n > 6 and "most" or n > 3 and "some" or "few", n = n }
end

local fields = {}
for i, id in ipairs(HARM) do
  fields[i] = { id = id, kind = "yesno", start = false }
end

return {
  fields = fields,
  compute = function(v)
    local n, todo = 0, {}
    for _, id in ipairs(HARM) do
      if v[id] then
        n = n + 1
      elseif #todo < SHOWN then
        todo[#todo + 1] = id
      end
    end
    local out = { { kind = "figure", id = "done", unit = "number", value = n, decimals = 0, main = true }, sentence(n) }
    if #todo > 0 then out[#out + 1] = { kind = "list", id = "todo", items = todo } end
    return out
  end,
}

-- Example: nothing yes: 0 of ten, "none"; first fire, backup, passwords, messages.
-- Example: yes to fire, backup, lock, updates, keys: 5 of ten, "some"; first passwords, messages, data, standin.
